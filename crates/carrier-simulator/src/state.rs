//! State of a simulator.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::call_handle::CallRegistry;
use crate::control_error::ControlError;
use crate::event_log::{EventLog, SimulatedChannel, SimulatorEvent};
use crate::fault_plan::{FaultPlan, ReportFault};
use crate::history::History;
use crate::options::SimulatorOptions;
use crate::record::{CallRecord, MailRecord, MessageRecord};
use crate::server_client::ServerClient;
use crate::task_group::TaskGroup;
use crate::time_text;

/// Pairs of numbers that are kept, of which one has opted out at the other.
const MAX_OPT_OUTS: usize = 10_000;
/// By how much late reports are later.
const LATE_FACTOR: u32 = 10;

/// State of a simulator.
pub(crate) struct SimulatorState {
    pub(crate) options: SimulatorOptions,
    pub(crate) faults: FaultPlan,
    pub(crate) server: ServerClient,
    pub(crate) events: EventLog,
    pub(crate) messages: Mutex<History<MessageRecord>>,
    pub(crate) calls: Mutex<History<CallRecord>>,
    pub(crate) mails: Mutex<History<MailRecord>>,
    pub(crate) registry: CallRegistry,
    pub(crate) tasks: TaskGroup,
    opt_outs: Mutex<BTreeSet<(String, String)>>,
    workspace: Mutex<Option<String>>,
}

/// Parties and content of an event.
pub(crate) struct EventDetails<'a> {
    pub(crate) id: &'a str,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) status: Option<&'a str>,
    pub(crate) text: Option<&'a str>,
}

impl SimulatorState {
    /// Creates the state.
    ///
    /// # Errors
    /// If the HTTP client does not start.
    pub(crate) fn new(options: SimulatorOptions) -> Result<Arc<Self>, reqwest::Error> {
        Ok(Arc::new(Self {
            faults: FaultPlan::new(options.seed, options.fault_rate),
            server: ServerClient::new(&options)?,
            events: EventLog::new(),
            messages: Mutex::default(),
            calls: Mutex::default(),
            mails: Mutex::default(),
            registry: CallRegistry::default(),
            tasks: TaskGroup::default(),
            opt_outs: Mutex::default(),
            workspace: Mutex::new(options.workspace.clone()),
            options,
        }))
    }

    /// Returns the time, in microseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        (self.options.clock)()
    }

    /// Draws an id. It does not follow from the seed: a server stores what has an id that it knows only once, also after
    /// the simulator was started again.
    pub(crate) fn draw_id(&self, prefix: &str) -> String {
        format!("{prefix}{:032x}", (self.options.random)())
    }

    /// Waits between two states.
    pub(crate) async fn delay(&self, fault: Option<ReportFault>) {
        let factor = match fault {
            Some(ReportFault::Late) => LATE_FACTOR,
            _ => 1,
        };
        self.pause(self.options.delay.saturating_mul(factor)).await;
    }

    /// Waits.
    pub(crate) async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// Publishes an event.
    pub(crate) fn publish(
        &self,
        channel: SimulatedChannel,
        event: &str,
        details: &EventDetails<'_>,
    ) {
        self.events.publish(SimulatorEvent {
            seq: 0,
            at: time_text::to_rfc3339(self.now()),
            channel,
            event: event.to_owned(),
            id: details.id.to_owned(),
            from: details.from.to_owned(),
            to: details.to.to_owned(),
            status: details.status.map(str::to_owned),
            text: details.text.map(str::to_owned),
        });
    }

    /// Publishes that a request met a fault, or was refused.
    pub(crate) fn publish_refusal(
        &self,
        channel: SimulatedChannel,
        from: &str,
        to: &str,
        reason: &str,
    ) {
        let details = EventDetails {
            id: "",
            from,
            to,
            status: Some(reason),
            text: None,
        };
        self.publish(channel, "fault", &details);
    }

    /// Records that a person gets no more texts from a number, or gets them again.
    pub(crate) fn set_opt_out(&self, person: &str, number: &str, is_out: bool) {
        let mut opt_outs = self.opt_outs.lock();
        let pair = (person.to_owned(), number.to_owned());
        if !is_out {
            opt_outs.remove(&pair);
            return;
        }
        if opt_outs.len() >= MAX_OPT_OUTS {
            opt_outs.pop_first();
        }
        opt_outs.insert(pair);
    }

    /// Returns whether a person gets no texts from a number.
    pub(crate) fn is_opted_out(&self, person: &str, number: &str) -> bool {
        let pair = (person.to_owned(), number.to_owned());
        self.opt_outs.lock().contains(&pair)
    }

    /// Returns the workspace that gets what a person sends: the one that a command names, else the usual one.
    ///
    /// # Errors
    /// If neither is known, or the name is none.
    pub(crate) fn workspace(&self, named: Option<&str>) -> Result<String, ControlError> {
        let mut usual = self.workspace.lock();
        let Some(named) = named else {
            let unknown =
                || ControlError::invalid("name the `workspace`: the simulator knows none");
            return usual.clone().ok_or_else(unknown);
        };
        let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if named.is_empty() || named.len() > 64 || !named.chars().all(is_id) {
            return Err(ControlError::invalid("`workspace` must be a UUID"));
        }
        usual.get_or_insert_with(|| named.to_owned());
        Ok(named.to_owned())
    }
}

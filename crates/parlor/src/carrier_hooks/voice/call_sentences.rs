//! Sentences of the server's own, where nobody has set others.

use parlor_model::call_language::CallLanguage;

/// What is said in a call, in one language.
pub(super) struct CallSentences {
    /// Where nobody has set another greeting.
    pub(super) greeting: &'static str,
    /// Where no assistant answers.
    pub(super) unattended: &'static str,
    /// After something that a person has to answer.
    pub(super) passed_on: &'static str,
    /// When the assistant has no answer.
    pub(super) no_answer: &'static str,
    /// After a silence.
    pub(super) silence: &'static str,
    /// After too many silences.
    pub(super) goodbye: &'static str,
    /// To a caller whose call is not taken.
    pub(super) refused: &'static str,
}

/// Returns the sentences in a language; in English where there are none.
pub(super) fn sentences_in(language: Option<&CallLanguage>) -> &'static CallSentences {
    match language.map(CallLanguage::primary) {
        Some("de") => &GERMAN,
        Some("es") => &SPANISH,
        Some("fr") => &FRENCH,
        Some("it") => &ITALIAN,
        Some("pt") => &PORTUGUESE,
        _ => &ENGLISH,
    }
}

const ENGLISH: CallSentences = CallSentences {
    greeting: "Hello. How can I help you?",
    unattended: "Nobody can take your call right now. Please say what it is about, and somebody will get back to you.",
    passed_on: "Thank you. I have passed that on, and somebody will get back to you. Is there anything else?",
    no_answer: "I am sorry, I have no answer to that. Somebody will get back to you. Is there anything else?",
    silence: "I did not hear anything. Are you still there?",
    goodbye: "I still hear nothing, so I will end the call. Goodbye.",
    refused: "This call cannot be taken. Goodbye.",
};

const GERMAN: CallSentences = CallSentences {
    greeting: "Guten Tag. Wie kann ich Ihnen helfen?",
    unattended: "Im Moment kann niemand Ihren Anruf annehmen. Bitte sagen Sie, worum es geht. Wir melden uns bei Ihnen.",
    passed_on: "Vielen Dank. Ich habe das weitergegeben, und wir melden uns bei Ihnen. Kann ich sonst noch etwas für Sie tun?",
    no_answer: "Das kann ich leider nicht beantworten. Wir melden uns bei Ihnen. Kann ich sonst noch etwas für Sie tun?",
    silence: "Ich habe nichts gehört. Sind Sie noch da?",
    goodbye: "Ich höre leider nichts und beende das Gespräch. Auf Wiederhören.",
    refused: "Dieser Anruf kann nicht angenommen werden. Auf Wiederhören.",
};

const SPANISH: CallSentences = CallSentences {
    greeting: "Hola. ¿En qué puedo ayudarle?",
    unattended: "En este momento nadie puede atender su llamada. Díganos de qué se trata y nos pondremos en contacto con usted.",
    passed_on: "Gracias. Lo he comunicado y nos pondremos en contacto con usted. ¿Desea algo más?",
    no_answer: "Lo siento, no tengo respuesta a eso. Nos pondremos en contacto con usted. ¿Desea algo más?",
    silence: "No he oído nada. ¿Sigue ahí?",
    goodbye: "Sigo sin oír nada, así que termino la llamada. Adiós.",
    refused: "No podemos atender esta llamada. Adiós.",
};

const FRENCH: CallSentences = CallSentences {
    greeting: "Bonjour. Comment puis-je vous aider ?",
    unattended: "Personne ne peut prendre votre appel pour le moment. Dites-nous de quoi il s'agit, et nous vous recontacterons.",
    passed_on: "Merci. J'ai transmis votre message, et nous vous recontacterons. Puis-je faire autre chose pour vous ?",
    no_answer: "Je suis désolé, je n'ai pas de réponse à cela. Nous vous recontacterons. Puis-je faire autre chose pour vous ?",
    silence: "Je n'ai rien entendu. Êtes-vous toujours là ?",
    goodbye: "Je n'entends toujours rien, je mets donc fin à l'appel. Au revoir.",
    refused: "Cet appel ne peut pas être pris. Au revoir.",
};

const ITALIAN: CallSentences = CallSentences {
    greeting: "Buongiorno. Come posso aiutarla?",
    unattended: "In questo momento nessuno può rispondere alla sua chiamata. Ci dica di cosa si tratta e la ricontatteremo.",
    passed_on: "Grazie. Ho riferito il messaggio e la ricontatteremo. Posso fare altro per lei?",
    no_answer: "Mi dispiace, non ho una risposta. La ricontatteremo. Posso fare altro per lei?",
    silence: "Non ho sentito nulla. È ancora in linea?",
    goodbye: "Continuo a non sentire nulla, quindi termino la chiamata. Arrivederci.",
    refused: "Questa chiamata non può essere accettata. Arrivederci.",
};

const PORTUGUESE: CallSentences = CallSentences {
    greeting: "Olá. Como posso ajudar?",
    unattended: "Neste momento ninguém pode atender a sua chamada. Diga-nos do que se trata e entraremos em contacto.",
    passed_on: "Obrigado. Transmiti a sua mensagem e entraremos em contacto. Posso ajudar em mais alguma coisa?",
    no_answer: "Lamento, não tenho resposta para isso. Entraremos em contacto. Posso ajudar em mais alguma coisa?",
    silence: "Não ouvi nada. Ainda está aí?",
    goodbye: "Continuo sem ouvir nada, por isso vou terminar a chamada. Adeus.",
    refused: "Esta chamada não pode ser atendida. Adeus.",
};

/** @import { Error as ErrorFrame } from "../generated/asyncapi.js" */
import { toApiError } from "./delivery.js";

/**
 * @typedef {object} PendingRequest
 * @property {(reply: any) => void} resolve
 * @property {(error: Error) => void} reject
 */

/** Requests that wait for a reply on the connection they were sent on. */
export class RequestTable {
  /** @type {Map<string, PendingRequest>} */
  #requests = new Map();
  #lastId = 0;

  /**
   * Adds a request; returns the reference that its reply will have.
   *
   * @param {PendingRequest} request
   */
  add(request) {
    this.#lastId += 1;
    const ref = String(this.#lastId);
    this.#requests.set(ref, request);
    return ref;
  }

  /**
   * @param {string | undefined} ref
   * @param {unknown} reply
   */
  resolve(ref, reply) {
    this.#take(ref)?.resolve(reply);
  }

  /** @param {ErrorFrame} frame */
  onError(frame) {
    this.#take(frame.ref)?.reject(toApiError(frame));
  }

  /**
   * Fails all requests.
   *
   * @param {() => Error} createError
   */
  failAll(createError) {
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    for (const request of requests) request.reject(createError());
  }

  /** @param {string | undefined} ref */
  #take(ref) {
    const request = this.#requests.get(ref ?? "");
    this.#requests.delete(ref ?? "");
    return request;
  }
}

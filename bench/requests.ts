import { createBody, deviceId } from './devices.ts';
import { type Job, UNIQUE } from './job.ts';

/**
 * What is sent. Every server gets the same bytes, token and all, so that what it takes to read a request is the same
 * for each; only Rollcall looks at the token.
 */

export type Sending = Pick<Job, 'requests' | 'once' | 'expected'>;

/** Devices that a round of reads asks for, one after the other: more of them than a page cache holds. */
const ASKED_DEVICES = 8_000;
/** A prime, so that devices which are asked for one after the other lie far apart. */
const STRIDE = 7_919;

export function getRequests(seed: number, devices: number, token: string): Sending {
  const requests = askedIds(seed, devices).map((id) => request('GET', `/v1.0/devices/${id}`, token));
  return { requests, once: false, expected: 200 };
}

/** Each request with a token of its own, each sent once; a server that doesn't look may be sent them again. */
export function freshRequests(seed: number, devices: number, tokens: readonly string[], once: boolean): Sending {
  const ids = askedIds(seed, devices);
  const requests = tokens.map((token, index) => request('GET', `/v1.0/devices/${ids[index % ids.length]}`, token));
  return { requests, once, expected: 200 };
}

export function pageRequests(token: string): Sending {
  return { requests: [request('GET', '/v1.0/devices', token)], once: false, expected: 200 };
}

export function createRequests(seed: number, token: string): Sending {
  const body = createBody(seed, UNIQUE);
  return { requests: [request('POST', '/v1.0/devices', token, body)], once: false, expected: 201 };
}

/** In advanced query mode, which counts, sorts and searches ask for. */
export function queryRequests(path: string, token: string): Sending {
  const text = request('GET', path, token).replace('\r\n\r\n', '\r\nConsistencyLevel: eventual\r\n\r\n');
  return { requests: [text], once: false, expected: 200 };
}

/** A form, posted by nobody in particular. */
export function formRequest(path: string, form: Readonly<Record<string, string>>): Sending {
  const body = new URLSearchParams(form).toString();
  const about = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n`;
  const text = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n${about}\r\n${body}`;
  return { requests: [text], once: false, expected: 200 };
}

export function request(method: string, path: string, token: string, body = ''): string {
  const length = Buffer.byteLength(body);
  const about = length === 0 ? '' : `Content-Type: application/json\r\nContent-Length: ${length}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nAuthorization: Bearer ${token}\r\n${about}\r\n${body}`;
}

function askedIds(seed: number, devices: number): readonly string[] {
  const count = Math.min(ASKED_DEVICES, devices);
  return Array.from({ length: count }, (_, index) => deviceId(seed, (index * STRIDE) % devices));
}

import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Program } from '../support/process.ts';

/** The authority that a program made, as a client is told to trust it. */
export function authorityOf({ folder }: Pick<Program, 'folder'>): string {
  return readFileSync(join(folder, 'ca.pem'), 'utf8');
}

export type SecureReply = {
  readonly status: number | undefined;
  readonly text: string;
  readonly certificate: PeerCertificate;
};

export type SecureRequest = {
  /** The only authority that is trusted. */
  readonly ca: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The host that the client believes to speak with. */
  readonly servername?: string;
};

/** Asks over a connection of its own; rejects where the certificate can't be trusted. */
export function askSecurely(url: string, { ca, headers = {}, servername }: SecureRequest): Promise<SecureReply> {
  const options = { ca, headers, agent: false, ...(servername === undefined ? {} : { servername }) };
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (answer) => {
      const certificate = (answer.socket as TLSSocket).getPeerCertificate();
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, text, certificate }));
    });
    sent.on('error', reject).end();
  });
}

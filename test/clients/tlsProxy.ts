import { request } from 'node:http';
import { createServer } from 'node:https';
import { makeCertificate } from './certificate.ts';

/** What stands in front of a program that was started with `--behind-proxy`: it ends TLS, and says what was asked for. */
export type TlsProxy = {
  readonly origin: string;
  /** PEM, for `NODE_EXTRA_CA_CERTS`. */
  readonly certificate: string;
  /** Method and address of each request that passed, in order. */
  readonly passed: readonly string[];
  readonly close: () => Promise<void>;
};

export async function openTlsProxy(port: number): Promise<TlsProxy> {
  const { certificate, key } = await makeCertificate();
  const passed: string[] = [];
  const server = createServer({ cert: certificate, key }, (incoming, outgoing) => {
    passed.push(`${incoming.method} ${incoming.url}`);
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': incoming.headers.host ?? '' };
    const { method, url: path, headers } = incoming;
    const sending = request(
      { port, host: '127.0.0.1', method, path, headers: { ...headers, ...forwarded } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      },
    );
    sending.on('error', () => outgoing.destroy());
    incoming.pipe(sending);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const taken = server.address() as { readonly port: number };
  return {
    origin: `https://localhost:${taken.port}`,
    certificate,
    passed,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

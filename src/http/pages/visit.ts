import { Refusal } from '../../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../../model/errors.ts';
import { ShownRefusal } from '../failure.ts';
import type { Answer, Request } from '../message.ts';
import type { SignInCall, SignInWorld } from '../signInCall.ts';
import { type Browser, checkForm, formToken, readBrowser } from './browser.ts';
import { type About, FORM_FIELD, type Form, troublePage } from './content.ts';
import { type Page, pageAnswer } from './layout.ts';

/** One request of a browser to one of the pages: what all of them begin and end with. */
export type Visit = {
  readonly world: SignInWorld;
  readonly request: Request;
  readonly tenantName: string;
  readonly browser: Browser;
};

export async function startVisit({ request, tenantName }: SignInCall, world: SignInWorld): Promise<Visit> {
  return { world, request, tenantName, browser: await readBrowser(world, request) };
}

/** The form of a page, bound to its address and to what it is about. */
export async function formOf({ world, request, browser }: Visit, about: About): Promise<Form> {
  return { token: await formToken(world, browser, purposeOf(request, about)), about };
}

/** What a form that was sent is about. Refuses one that this browser was not shown, about just that. */
export async function readForm(
  { world, request, browser }: Visit,
  fields: ReadonlyMap<string, string>,
): Promise<Readonly<Record<(typeof ABOUT)[number], string | undefined>>> {
  const [code, session] = ABOUT.map((name) => fields.get(name));
  const about = ABOUT.flatMap((name) => {
    const value = fields.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  await checkForm(world, request, browser, fields.get(FORM_FIELD), purposeOf(request, about));
  return { code, session };
}

/** code: of a device that waits; session: one of those in this browser. */
const ABOUT = ['code', 'session'] as const;

function purposeOf({ path, query }: Request, about: About): readonly string[] {
  return [path, query, ...about.flat()];
}

export function show({ browser }: Visit, page: Page): Answer {
  return pageAnswer({ ...page, cookies: browser.cookies });
}

/** Tells refusals to the person, on a page. */
export async function onPage<T>({ request }: Pick<Visit, 'request'>, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    throw new ShownRefusal(problem, (error) => {
      const facts = [
        ['Request id', error.trace_id],
        ['Correlation id', error.correlation_id],
        ['Time', error.timestamp],
      ] as const;
      const { origin, path, query } = request;
      // The form of another tab, or of before a sign-in: its address still knows what it was about.
      const again = problem.row === SIGN_IN_ERRORS.formStale ? `${origin}${path}?${query}` : undefined;
      return pageAnswer(troublePage({ status: problem.row.status, message: problem.message, facts, again }));
    });
  }
}

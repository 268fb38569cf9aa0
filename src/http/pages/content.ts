import { type Html, html } from './html.ts';
import type { Page } from './layout.ts';

/** What people read while they sign in. Pure: values in, pages out. The words are Rollcall's own. */

/** What every form of a page carries unseen: its token, and what it is about. */
export type Form = { readonly token: string; readonly about: About };

/** Names and values, such as the session whose consent is asked for. */
export type About = readonly (readonly [name: string, value: string])[];

/** An account as it is shown for choosing. */
export type Shown = {
  readonly name: string;
  readonly title: string;
  /** What else there is to say of it: its roles, that it is signed in. */
  readonly tag: string | undefined;
};

/** The application that somebody is on the way to; undefined where there is none. */
export type Destination = string | undefined;

export function pickerPage(form: Form, accounts: readonly Shown[], goal: Destination, note: string | undefined): Page {
  return {
    title: 'Choose an account',
    content: html`<h1>Choose an account</h1>
${onTheWay(goal)}
${note === undefined ? undefined : html`<p class="small soft">${note}</p>`}
<form method="post">
${hidden(form, 'pick')}
<ul class="list">
${accounts.map(pickerItem)}
<li><button class="pick" name="account" value="">${face('+')}<span class="names"><b>Use another account</b></span></button></li>
</ul>
</form>`,
  };
}

function pickerItem(account: Shown): Html {
  return html`<li><button class="pick" name="account" value="${account.name}">${faceAndNames(account)}</button></li>
`;
}

export type PasswordFields = {
  /** The account that was chosen or typed already. */
  readonly name: string;
  /** Filled in, where it is public. */
  readonly password: string;
  /** Why the page is shown once more. */
  readonly problem: string | undefined;
  /** Whether there are other accounts to choose from. */
  readonly back: boolean;
};

export function passwordPage(form: Form, { name, password, problem, back }: PasswordFields, goal: Destination): Page {
  const invalid = problem === undefined ? undefined : html` aria-invalid="true" aria-describedby="problem"`;
  const isNamed = name !== '';
  return {
    title: problem === undefined ? 'Sign in' : 'Try again · Sign in',
    content: html`<h1>Sign in</h1>
${onTheWay(goal)}
${alert(problem)}
<form method="post">
${hidden(form, 'password')}
<label for="name">Account</label>
<input type="email" id="name" name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="256" required placeholder="name@example.com"${isNamed ? undefined : html` autofocus`}>
<label for="password">Password</label>
<input type="password" id="password" name="password" value="${password}" autocomplete="current-password" maxlength="256" required${isNamed ? html` autofocus` : undefined}${invalid}>
<div class="buttons">
<button class="main">Sign in</button>
${back ? html`<button class="other" name="other" value="accounts" formnovalidate>Other accounts</button>` : undefined}
</div>
</form>`,
  };
}

export type Permission = { readonly title: string; readonly text: string };

export type ConsentFields = {
  readonly application: string;
  readonly organization: string;
  readonly account: Shown;
  readonly permissions: readonly Permission[];
  /** Whether the box is offered that speaks for everybody; always: nobody is asked for less. */
  readonly forAll: 'no' | 'offered' | 'always';
};

export function consentPage(form: Form, fields: ConsentFields): Page {
  const { application, organization, account, permissions, forAll } = fields;
  const asked =
    forAll === 'always'
      ? html`Let <b><bdi>${application}</bdi></b> do this in the name of everybody in ${organization}?`
      : html`<b><bdi>${application}</bdi></b> would like to:`;
  return {
    title: 'Permissions asked for',
    content: html`${who(account)}
<h1>Permissions asked for</h1>
<p>${asked}</p>
${permissionList(permissions)}
<form method="post">
${hidden(form, 'consent')}
${forAll === 'offered' ? FOR_ALL : undefined}
<p class="small soft">Allow this only if you trust the application. What was allowed is kept in the directory as a permission grant, and can be taken back there.</p>
<div class="buttons">
<button class="main" name="answer" value="accept">Accept</button>
<button class="other" name="answer" value="cancel">Cancel</button>
</div>
</form>`,
  };
}

const FOR_ALL = html`<label class="check"><input type="checkbox" name="all" value="yes"> Accept for everybody in the organization: nobody else will be asked</label>`;

export function approvalPage(form: Form, fields: ConsentFields): Page {
  const { application, organization, account, permissions } = fields;
  return {
    status: 403,
    title: 'An administrator has to approve this',
    content: html`${who(account)}
<h1>An administrator has to approve this</h1>
<p><b><bdi>${application}</bdi></b> asks for permissions in ${organization} that only an administrator can grant:</p>
${permissionList(permissions)}
<p class="small soft">AADSTS90094: The grant requires admin permission.</p>
<form method="post">
${hidden(form, 'consent')}
<div class="buttons">
<button class="main" name="answer" value="accounts">Sign in as an administrator</button>
<button class="other" name="answer" value="cancel">Go back without it</button>
</div>
</form>`,
  };
}

function permissionList(permissions: readonly Permission[]): Html {
  return html`<ul class="scopes">
${permissions.map(({ title, text }) => html`<li><b>${title}</b><span class="small soft">${text}</span></li>\n`)}
</ul>`;
}

// -- devices ---------------------------------------------------------------------------------------------------

export function userCodePage(form: Form, problem: string | undefined): Page {
  const invalid = problem === undefined ? undefined : html` aria-invalid="true" aria-describedby="problem"`;
  return {
    title: 'Sign in on another device',
    content: html`<h1>Sign in on another device</h1>
<p class="soft">Type the code that the application or device shows. Never type one that somebody sent you.</p>
${alert(problem)}
<form method="post">
${hidden(form, 'code')}
<label for="code">Code</label>
<input class="code" type="text" id="code" name="typed" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="32" required autofocus${invalid}>
<div class="buttons"><button class="main">Next</button></div>
</form>`,
  };
}

export function confirmDevicePage(form: Form, code: string, application: string, account: Shown): Page {
  return {
    title: 'Is it you who is signing in?',
    content: html`${who(account)}
<h1>Are you signing in to <bdi>${application}</bdi>?</h1>
<p>It runs on another device, the one that shows the code <b>${code}</b>. Go on only if that device is before you and it was you who started this.</p>
<form method="post">
${hidden(form, 'confirm')}
<div class="buttons">
<button class="main" name="answer" value="accept">Continue</button>
<button class="other" name="answer" value="cancel">Cancel</button>
</div>
</form>`,
  };
}

// -- the end ---------------------------------------------------------------------------------------------------

export function messagePage(title: string, text: string): Page {
  return { title, content: html`<h1>${title}</h1>\n<p>${text}</p>` };
}

export type Trouble = {
  readonly status: number;
  readonly message: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Where to begin anew, if that helps. */
  readonly again: string | undefined;
};

export function troublePage({ status, message, facts, again }: Trouble): Page {
  return {
    status,
    title: 'Signing in did not work',
    content: html`<h1>Signing in did not work</h1>
<p class="alert" role="alert">${message}</p>
${again === undefined ? undefined : html`<p><a href="${again}">Start again</a></p>`}
<h2 class="small">For whoever looks into it</h2>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`,
  };
}

/** An answer that travels as a form: sent at once by a script, or by its button where scripts are off. */
export function formPostPage(address: string, fields: readonly (readonly [string, string])[]): Page {
  return {
    title: 'One moment',
    script: 'document.forms[0].submit()',
    content: html`<h1>One moment</h1>
<p>You are being sent back to the application.</p>
<form method="post" action="${address}">
${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`)}
<div class="buttons"><button class="main">Continue</button></div>
</form>`,
  };
}

// -- parts -----------------------------------------------------------------------------------------------------

function hidden({ token, about }: Form, step: string): Html {
  const fields = [[FORM_FIELD, token] as const, ['step', step] as const, ...about];
  return html`${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;
}

/** The field that tells a form of ours from a request that an application had posted. */
export const FORM_FIELD = 'rollcall_form';

function onTheWay(goal: Destination): Html | undefined {
  return goal === undefined ? undefined : html`<p class="soft">to go on to <b><bdi>${goal}</bdi></b></p>`;
}

function alert(problem: string | undefined): Html | undefined {
  return problem === undefined ? undefined : html`<p class="alert" id="problem" role="alert">${problem}</p>`;
}

function who(account: Shown): Html {
  return html`<div class="who">${faceAndNames(account)}</div>`;
}

function faceAndNames({ name, title, tag }: Shown): Html {
  const more = tag === undefined ? undefined : html`<span class="tag">${tag}</span>`;
  return html`${face(initialsOf(title))}<span class="names"><b><bdi>${title}</bdi></b><span class="small soft"><bdi>${name}</bdi></span>${more}</span>`;
}

function face(text: string): Html {
  return html`<span class="face" aria-hidden="true">${text}</span>`;
}

/** The first letters of the first and the last word. */
function initialsOf(title: string): string {
  const words = title.split(' ').filter((word) => word !== '');
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}

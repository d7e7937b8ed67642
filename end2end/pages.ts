/** Every page a person can open by its address. The smoke test and the screenshots walk this list. */
export interface Listed {
  name: string;
  path: string;
  /** Whether it needs a sign-in. */
  signedIn: boolean;
  /** Whether it is for operators of the installation only. */
  operator?: true;
}

export const pages: Listed[] = [
  { name: 'sign-in', path: '/sign-in', signedIn: false },
  { name: 'sign-up', path: '/sign-up', signedIn: false },
  { name: 'dashboard', path: '/', signedIn: true },
  { name: 'numbers', path: '/numbers', signedIn: true },
  { name: 'numbers-link', path: '/numbers/link', signedIn: true },
  { name: 'contacts', path: '/contacts', signedIn: true },
  { name: 'consent', path: '/contacts/consent', signedIn: true },
  { name: 'contacts-import', path: '/contacts/import', signedIn: true },
  { name: 'campaigns', path: '/campaigns', signedIn: true },
  { name: 'campaign-new', path: '/campaigns/new', signedIn: true },
  { name: 'inbox', path: '/inbox', signedIn: true },
  { name: 'chatbot', path: '/chatbot', signedIn: true },
  { name: 'sandbox', path: '/sandbox', signedIn: true },
  { name: 'sandbox-world', path: '/sandbox/world', signedIn: true, operator: true },
  { name: 'sandbox-world-rules', path: '/sandbox/world?view=rules', signedIn: true, operator: true },
  { name: 'sandbox-world-trouble', path: '/sandbox/world?view=trouble', signedIn: true, operator: true },
  { name: 'sandbox-world-ledger', path: '/sandbox/world?view=ledger', signedIn: true, operator: true },
];

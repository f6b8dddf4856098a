/** What the help says of a flag. */
export interface HelpFlag {
  readonly kind: 'switch' | 'value' | 'list';
  readonly describe: string;
  readonly alias?: string;
  readonly default?: string;
  /** The heading under which it stands. */
  readonly group?: string;
  readonly hidden?: true;
  readonly choices?: readonly string[];
  readonly completes?: string;
}

export type HelpFlags = Readonly<Record<string, HelpFlag>>;

/** What the help says of a command; a command's definition is one. */
export interface HelpPage {
  /** As in `request SUBJECT [BODY]`. */
  readonly usage: string;
  readonly describe: string;
  readonly operands: Readonly<Record<string, string>>;
  readonly flags: HelpFlags;
  readonly examples: ReadonlyArray<readonly [command: string, explanation: string]>;
  readonly epilogue?: string;
  /** Those have pages of their own; here they are listed. */
  readonly subcommands?: Readonly<Record<string, HelpPage>>;
  /** Each of its flags is on the pages of the subcommands that it means something to, and not on its own. */
  readonly flagsOnSubcommands?: true;
  /** It connects to no server that is there already, so that the flags which say how mean nothing to it. */
  readonly offline?: true;
}

/** A command as the overview lists it. */
export interface HelpEntry {
  readonly name: string;
  readonly describe: string;
  readonly aliases?: readonly string[];
}

/**
 * A part of a topic: a paragraph, lines that stay as they are, or a table of terms and what they mean.
 * No line of code is longer than 74 columns.
 */
export type HelpBlock =
  | string
  | { readonly code: readonly string[] }
  | { readonly rows: ReadonlyArray<readonly [term: string, meaning: string]> };

/** A page of help that is about no single command. */
export interface HelpTopic {
  readonly name: string;
  readonly describe: string;
  readonly blocks: readonly HelpBlock[];
}

/** Stands for the message's subject where it is a whole argument. */
const SUBJECT = '{subject}';

/**
 * The arguments of a program for a message: nothing of it, save the subject where `{subject}` is an argument.
 *
 * @returns undefined where the subject starts with `-` and no `--` stands before it: the program could take it for a
 *   flag, and whoever publishes would choose it
 */
export function argumentsFor(args: readonly string[], subject: string): readonly string[] | undefined {
  const place = args.indexOf(SUBJECT);
  if (place === -1) return args;
  if (subject.startsWith('-') && !args.slice(0, place).includes('--')) return undefined;
  return args.map((argument) => (argument === SUBJECT ? subject : argument));
}

import { usageError } from '../errors.js';

/** Why a text is no valid subject, and where. */
export interface SubjectProblem {
  readonly reason: string;
  /** Of the offending character, counted from 1; 0 where the subject is empty. */
  readonly position: number;
}

export interface SubjectRules {
  /** Whether `*` and `>` may stand for tokens: in a subscription they may, in a message's subject not. */
  readonly wildcards: boolean;
}

// nats-server splits a protocol line at blanks; control characters would end or garble it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const BLANK_OR_CONTROL = /[\u0000-\u0020\u007f]/;

/**
 * Holds a subject against the rules of the NATS protocol: tokens of one character or more with dots between
 * them, no blanks; `*` as a token of its own, `>` as the last one.
 *
 * @returns the first problem, or undefined where the subject is valid
 */
export function findSubjectProblem(subject: string, rules: SubjectRules): SubjectProblem | undefined {
  if (subject === '') return { reason: 'it is empty', position: 0 };
  const problemAt = (index: number, reason: string): SubjectProblem => ({
    reason,
    position: positionAt(subject, index),
  });
  const blank = BLANK_OR_CONTROL.exec(subject);
  if (blank !== null) return problemAt(blank.index, 'blanks and control characters are not allowed');
  const tokens = subject.split('.');
  let start = 0;
  for (const [index, token] of tokens.entries()) {
    const isLast = index === tokens.length - 1;
    if (token === '') {
      if (index === 0) return problemAt(start, 'it starts with a dot');
      if (isLast) return problemAt(start - 1, 'it ends with a dot');
      return problemAt(start, 'two dots with nothing between them');
    }
    if (token === '*' || token === '>') {
      if (!rules.wildcards) return problemAt(start, `the wildcard ${token} is for subscriptions only`);
      if (token === '>' && !isLast) return problemAt(start, 'the wildcard > must be the last token');
    }
    start += token.length + 1;
  }
  return undefined;
}

/** Counts characters as a person does, also those of two UTF-16 code units. */
function positionAt(text: string, index: number): number {
  return Array.from(text.slice(0, index)).length + 1;
}

/**
 * Lets a valid subject pass.
 *
 * @returns the subject
 * @throws CliError `usage` with the reason and the position
 */
export function requireSubject(subject: string, rules: SubjectRules): string {
  const problem = findSubjectProblem(subject, rules);
  if (problem === undefined) return subject;
  const where = problem.position === 0 ? '' : ` (character ${problem.position})`;
  throw usageError(
    `invalid subject ${JSON.stringify(subject)}: ${problem.reason}${where}`,
    'a subject is tokens with dots between them, such as orders.new',
  );
}

/**
 * Lets a valid queue group name pass: any text without blanks and control characters.
 *
 * @throws CliError `usage`
 */
export function requireQueue(queue: string, name = '--queue'): string {
  const blank = BLANK_OR_CONTROL.exec(queue);
  if (queue === '') throw usageError(`${name}: a queue group needs a name`);
  if (blank !== null) {
    throw usageError(
      `${name}: invalid queue group ${JSON.stringify(queue)}: blanks and control characters are not allowed (character ${positionAt(queue, blank.index)})`,
    );
  }
  return queue;
}

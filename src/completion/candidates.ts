import { escapeLine } from '../output/index.js';
import { quoteForBash, readWord } from './shell-words.js';

/** What may stand there. */
export interface Candidate {
  readonly text: string;
  readonly describe?: string | undefined;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** More than anyone reads. */
const MOST_CANDIDATES = 1_000;
const LONGEST_DESCRIPTION = 80;

/**
 * Writes candidates as the shell's completion script reads them, a line each; pure. Names come from services that
 * anyone may have started: one with a character that no terminal should see is left out, and what bash would expand
 * is quoted. zsh and fish quote what they insert.
 *
 * @param typed of bash's word what readline keeps and what it replaces, as they were typed
 */
export function writeCandidates(
  candidates: readonly Candidate[],
  shell: Shell,
  typed: { readonly head: string; readonly piece: string } = { head: '', piece: '' },
): string {
  const clean = [...new Map(candidates.map((candidate) => [candidate.text, candidate])).values()]
    .filter(({ text }) => text !== '' && escapeLine(text) === text)
    .sort((a, b) => (a.text < b.text ? -1 : 1));
  const lines = shell === 'bash' ? bashLines(clean, typed) : clean.map(withDescription);
  return lines
    .slice(0, MOST_CANDIDATES)
    .map((line) => `${line}\n`)
    .join('');
}

function bashLines(
  candidates: readonly Candidate[],
  { head, piece }: { readonly head: string; readonly piece: string },
): readonly string[] {
  const kept = readWord(head)?.text ?? '';
  const word = readWord(head + piece);
  if (word === undefined) return [];
  return candidates
    .filter(({ text }) => text.startsWith(word.text))
    .flatMap(({ text }) => quoteForBash(text.slice(kept.length), word.open) ?? []);
}

function withDescription({ text, describe = '' }: Candidate): string {
  const shown = escapeLine(describe).slice(0, LONGEST_DESCRIPTION);
  return shown === '' ? text : `${text}\t${shown}`;
}

import { describe, expect, it } from 'vitest';
import { writeCandidates } from '../../src/completion/candidates.js';

const candidates = [
  { text: 'b.two', describe: 'second' },
  { text: 'a.one' },
  { text: '$X.y' },
  { text: 'b.two', describe: 'again' },
];

describe('writeCandidates', () => {
  it('writes each once, in order, with its description for zsh and fish', () => {
    expect(writeCandidates(candidates, 'fish')).toBe('$X.y\na.one\nb.two\tagain\n');
  });

  it('writes for bash what begins like the word, quoted as the word is', () => {
    const write = (head: string, piece: string) => writeCandidates(candidates, 'bash', { head, piece });
    expect(write('', '')).toBe('\\$X.y\na.one\nb.two\n');
    expect(write('', 'b')).toBe('b.two\n');
    expect(write('', '$X')).toBe('\\$X.y\n');
    expect(write("'", '$')).toBe('$X.y\n');
    expect(write('"', '$')).toBe('\\$X.y\n');
  });

  it('leaves out for bash what readline keeps of the word', () => {
    expect(writeCandidates([{ text: 'a:b c' }], 'bash', { head: 'a:', piece: 'b' })).toBe('b\\ c\n');
  });

  it('leaves out what no terminal should see, and shows it escaped in a description', () => {
    const unsafe = ['a\u001b[2J', 'a\nb', 'a\tb', 'a\u009b', 'a\u202e', ''].map((text) => ({ text }));
    expect(writeCandidates([...unsafe, { text: 'a', describe: 'x\u001by\tz\n' }], 'zsh')).toBe('a\tx\\ey\\tz\\n\n');
  });

  it('has an end', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => ({ text: `s.${index}`, describe: 'x'.repeat(500) }));
    expect(writeCandidates(many, 'zsh').length).toBeLessThan(100_000);
  });
});

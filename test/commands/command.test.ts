import { describe, expect, it } from 'vitest';
import { requireOperands } from '../../src/commands/command.js';

describe('requireOperands', () => {
  it.each([
    [['a'], ['SUBJECT'], ['BODY']],
    [['a', 'b'], ['SUBJECT'], ['BODY']],
    [['', ''], ['SUBJECT'], ['BODY']],
    [['a'], ['SERVICE'], []],
  ])('lets %j pass for %j and %j', (operands, names, optional) => {
    expect(() => requireOperands(operands, names, optional)).not.toThrow();
  });

  it.each([
    [[], ['SUBJECT'], ['BODY'], 'SUBJECT is missing'],
    [['a'], ['STREAM', 'SUBJECT'], [], 'SUBJECT is missing'],
    [['a', 'b', 'two words'], ['SUBJECT'], ['BODY'], 'one argument too many: "two words"'],
    [['a', ''], ['SERVICE'], [], 'one argument too many: ""'],
  ])('refuses %j for %j and %j', (operands, names, optional, message) => {
    expect(() => requireOperands(operands, names, optional)).toThrow(
      expect.objectContaining({ kind: 'usage', message }),
    );
  });
});

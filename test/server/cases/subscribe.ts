import { connect, lines, QUIET, type RawCase } from './raw-case.js';

/** SUB, UNSUB, queue groups and the subjects they match. */
export const subscribeCases: readonly RawCase[] = [
  {
    does: 'ends a subscription',
    says: QUIET + lines('SUB foo 1', 'PUB foo 1', 'a', 'UNSUB 1', 'PUB foo 1', 'b'),
    hears: lines('MSG foo 1 1', 'a'),
  },
  {
    does: 'ends a subscription after so many messages',
    says: QUIET + lines('SUB foo 1', 'UNSUB 1 2', 'PUB foo 1', 'a', 'PUB foo 1', 'b', 'PUB foo 1', 'c'),
    hears: lines('MSG foo 1 1', 'a', 'MSG foo 1 1', 'b'),
  },
  {
    does: 'counts what was delivered before the maximum came',
    says: QUIET + lines('SUB foo 1', 'PUB foo 1', 'a', 'UNSUB 1 2', 'PUB foo 1', 'b', 'PUB foo 1', 'c'),
    hears: lines('MSG foo 1 1', 'a', 'MSG foo 1 1', 'b'),
  },
  {
    does: 'ends a subscription whose maximum is reached already',
    says: QUIET + lines('SUB foo 1', 'PUB foo 1', 'a', 'PUB foo 1', 'b', 'UNSUB 1 2', 'PUB foo 1', 'c'),
    hears: lines('MSG foo 1 1', 'a', 'MSG foo 1 1', 'b'),
  },
  {
    does: 'takes the last maximum',
    says: QUIET + lines('SUB foo 1', 'UNSUB 1 1', 'UNSUB 1 3', 'PUB foo 1', 'a', 'PUB foo 1', 'b'),
    hears: lines('MSG foo 1 1', 'a', 'MSG foo 1 1', 'b'),
  },
  {
    does: 'ends a subscription at once where UNSUB without a maximum follows one with',
    says: QUIET + lines('SUB foo 1', 'UNSUB 1 3', 'UNSUB 1', 'PUB foo 1', 'a'),
    hears: '',
  },
  {
    does: 'takes a maximum of 0, and one that is no number, for none',
    says:
      QUIET + lines('SUB foo 1', 'SUB foo 2', 'SUB foo 3', 'UNSUB 1 0', 'UNSUB 2 x', 'UNSUB 3 -4', 'PUB foo 1', 'a'),
    hears: '',
  },
  {
    does: 'frees the id of a subscription that has ended by its maximum',
    says: QUIET + lines('SUB foo 1', 'UNSUB 1 1', 'PUB foo 1', 'a', 'SUB bar 1', 'PUB bar 1', 'b', 'PUB foo 1', 'c'),
    hears: lines('MSG foo 1 1', 'a', 'MSG bar 1 1', 'b'),
  },
  { does: 'ends an id that is unknown', says: QUIET + lines('UNSUB 99', 'UNSUB 98 5'), hears: '' },
  {
    does: 'keeps the first subscription where an id comes twice',
    says: QUIET + lines('SUB foo 1', 'SUB bar 1', 'PUB foo 1', 'a', 'PUB bar 1', 'b'),
    hears: lines('MSG foo 1 1', 'a'),
  },
  {
    does: 'takes an id of any characters',
    says: QUIET + lines('SUB foo my-sid:\xe9', 'PUB foo 1', 'a', 'UNSUB my-sid:\xe9', 'PUB foo 1', 'b'),
    hears: lines('MSG foo my-sid:\xe9 1', 'a'),
  },
  {
    does: 'delivers once for each of two subscriptions to one subject',
    says: [
      ['a', QUIET + lines('SUB foo 1', 'SUB foo 2', 'UNSUB 1')],
      ['b', QUIET + lines('PUB foo 1', 'x')],
      ['a', lines('UNSUB 2', 'SUB foo 3')],
      ['b', lines('PUB foo 1', 'y')],
    ],
    hears: { a: lines('MSG foo 2 1', 'x', 'MSG foo 3 1', 'y'), b: '' },
  },
  {
    does: 'matches * to one token',
    says: QUIET + lines('SUB a.*.c 1', 'PUB a.b.c 0', '', 'PUB a.b.d 0', '', 'PUB a.c 0', '', 'PUB a.b.c.d 0', ''),
    hears: lines('MSG a.b.c 1 0', ''),
  },
  {
    does: 'matches > to one token and more',
    says: QUIET + lines('SUB a.> 1', 'PUB a.b 0', '', 'PUB a.b.c.d 0', '', 'PUB a 0', '', 'PUB b.a 0', ''),
    hears: lines('MSG a.b 1 0', '', 'MSG a.b.c.d 1 0', ''),
  },
  {
    does: 'matches > alone to all',
    says: QUIET + lines('SUB > 1', 'PUB a 0', '', 'PUB a.b.c 0', ''),
    hears: lines('MSG a 1 0', '', 'MSG a.b.c 1 0', ''),
  },
  {
    does: 'matches * and > together',
    says: QUIET + lines('SUB *.b.> 1', 'PUB a.b.c 0', '', 'PUB x.b.c.d 0', '', 'PUB a.b 0', '', 'PUB b.b 0', ''),
    hears: lines('MSG a.b.c 1 0', '', 'MSG x.b.c.d 1 0', ''),
  },
  {
    does: 'takes a token that holds a wildcard and more for itself',
    says:
      QUIET + lines('SUB foo.*bar 1', 'SUB foo>.x 2', 'PUB foo.*bar 0', '', 'PUB foo.xbar 0', '', 'PUB foo>.x 0', ''),
    hears: lines('MSG foo.*bar 1 0', '', 'MSG foo>.x 2 0', ''),
  },
  {
    does: 'tells subjects apart by case',
    says: QUIET + lines('SUB Foo 1', 'PUB foo 0', '', 'PUB Foo 0', ''),
    hears: lines('MSG Foo 1 0', ''),
  },
  {
    does: 'takes subjects in UTF-8',
    says: QUIET + lines('SUB gr\xc3\xbc\xc3\x9fe.* 1', 'PUB gr\xc3\xbc\xc3\x9fe.\xe2\x9c\x93 2', 'hi'),
    hears: lines('MSG gr\xc3\xbc\xc3\x9fe.\xe2\x9c\x93 1 2', 'hi'),
  },
  ...['foo..bar', '.foo', 'foo.', '.', 'a.>.b', '>.a', 'foo.>.'].map(
    (subject): RawCase => ({
      does: `refuses a subscription to ${subject}, and goes on`,
      says: connect({ verbose: true }) + lines(`SUB ${subject} 1`, 'PING'),
      hears: lines('+OK', "-ERR 'Invalid Subject'", 'PONG'),
    }),
  ),
  {
    does: 'takes control characters in a subject',
    says: connect({ verbose: true, pedantic: true }) + lines('SUB a\x01b\x7f 1', 'PUB a\x01b\x7f 0', ''),
    hears: lines('+OK', '+OK', '+OK', 'MSG a\x01b\x7f 1 0', ''),
  },
  {
    does: 'delivers a subject with empty tokens to nobody',
    says:
      QUIET + lines('SUB > 1', 'SUB *.*.* 2', 'PUB foo..bar 0', '', 'PUB .foo 0', '', 'PUB foo. 0', '', 'PUB . 0', ''),
    hears: '',
  },
  { does: 'closes on a SUB without an id', says: QUIET + lines('SUB foo'), hears: '', closes: true },
  { does: 'closes on a SUB with too many arguments', says: QUIET + lines('SUB foo q 1 2'), hears: '', closes: true },
  {
    does: 'refuses a SUB without arguments',
    says: QUIET + lines('SUB'),
    hears: lines("-ERR 'Unknown Protocol Operation'"),
    closes: true,
  },
  { does: 'closes on a SUB with a blank alone', says: QUIET + lines('SUB '), hears: '', closes: true },
  { does: 'closes on an UNSUB with too many arguments', says: QUIET + lines('UNSUB 1 2 3'), hears: '', closes: true },
  {
    does: 'gives a message to one member of a queue group',
    says: [
      ['a', QUIET + lines('SUB foo q 1')],
      ['b', QUIET + lines('PUB foo 1', 'x')],
    ],
    hears: { a: lines('MSG foo 1 1', 'x'), b: '' },
  },
  {
    does: 'gives a message to the only member left of a queue group',
    says: [
      ['a', QUIET + lines('SUB foo q 1', 'SUB foo q 2', 'SUB foo q 3', 'UNSUB 1', 'UNSUB 3')],
      ['b', QUIET + lines('PUB foo 1', 'x')],
    ],
    hears: { a: lines('MSG foo 2 1', 'x'), b: '' },
  },
  {
    does: 'gives a message to each plain subscription and to one member of each queue group',
    says: [
      ['plain', QUIET + lines('SUB foo 1')],
      ['q', QUIET + lines('SUB foo q 1')],
      ['r', QUIET + lines('SUB foo r 1')],
      ['z', QUIET + lines('PUB foo 1', 'x')],
    ],
    hears: { plain: lines('MSG foo 1 1', 'x'), q: lines('MSG foo 1 1', 'x'), r: lines('MSG foo 1 1', 'x'), z: '' },
  },
  {
    does: 'takes members of a queue group with a maximum out as they reach it',
    says: [
      ['a', QUIET + lines('SUB foo q 1', 'UNSUB 1 1')],
      ['b', QUIET + lines('PUB foo 1', 'x', 'PUB foo 1', 'y')],
    ],
    hears: { a: lines('MSG foo 1 1', 'x'), b: '' },
  },
  {
    does: 'gives no message of a client without echo to its own queue member',
    says: [
      ['a', connect({ echo: false }) + lines('SUB foo q 1')],
      ['b', QUIET + lines('SUB foo q 1')],
      ['a', lines('PUB foo 1', 'x', 'PUB foo 1', 'y')],
    ],
    hears: { a: '', b: lines('MSG foo 1 1', 'x', 'MSG foo 1 1', 'y') },
  },
];

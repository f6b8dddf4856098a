import { describe, expect, it } from 'vitest';
import { Directory } from '../../../src/services/registry/directory.js';
import { HearingClock } from '../../../src/services/registry/hearing-clock.js';
import { checkRegistration } from '../../../src/services/registry/registration.js';
import { readSnapshot, writeSnapshot } from '../../../src/services/registry/snapshot.js';

const of = (name: string, more: object = {}) => checkRegistration({ name, ...more });

describe('Directory', () => {
  it('tells what is new and what has changed from what is renewed', () => {
    const directory = new Directory(10_000);
    expect(directory.put(of('a'), 0)).toBe('registered');
    expect(directory.put(of('a'), 1)).toBeUndefined();
    expect(directory.put(of('a', { version: '2.0.0' }), 2)).toBe('updated');
    expect(directory.put(of('a', { instance: '2' }), 3)).toBe('registered');
    expect(directory.remove({ name: 'a', instance: '2' })).toEqual(of('a', { instance: '2' }));
    expect(directory.remove({ name: 'a', instance: '2' })).toBeUndefined();
    expect(directory.list()).toEqual([of('a', { version: '2.0.0' })]);
  });

  it('forgets an instance when its ttl is over since it was heard last', () => {
    const directory = new Directory(10_000);
    directory.put(of('short', { ttl: 1 }), 0);
    directory.put(of('long', { ttl: 2 }), 0);
    expect(directory.nextExpiryMs()).toBe(1_000);
    directory.put(of('short', { ttl: 1 }), 900);
    expect(directory.expire(1_899)).toEqual([]);
    expect(directory.nextExpiryMs()).toBe(1_900);
    expect(directory.expire(1_900)).toEqual([of('short', { ttl: 1 })]);
    expect(directory.expire(5_000)).toEqual([of('long', { ttl: 2 })]);
    expect(directory.nextExpiryMs()).toBeUndefined();
    expect(directory.list()).toEqual([]);
  });

  it('forgets one alone where others have, if its time is nearly over', () => {
    const directory = new Directory(10_000);
    directory.put(of('a', { ttl: 2 }), 0);
    directory.put(of('b', { ttl: 1 }), 0);
    expect(directory.expireOne(of('a'), 1_999)).toBeUndefined();
    expect(directory.expireOne(of('c'), 2_000)).toBeUndefined();
    expect(directory.expireOne(of('a'), 2_000)).toEqual(of('a', { ttl: 2 }));
    expect(directory.list()).toEqual([of('b', { ttl: 1 })]);
  });

  it('lists by name and instance, whatever the order of the registrations, and finds by the whole name', () => {
    const directory = new Directory(10_000);
    for (const [name, instance] of [
      ['b', '1'],
      ['a-b', '1'],
      ['a', '2'],
      ['a', '10'],
    ] as const) {
      directory.put(of(name, { instance }), 0);
    }
    expect(directory.list().map(({ name, instance }) => `${name} ${instance}`)).toEqual([
      'a 10',
      'a 2',
      'a-b 1',
      'b 1',
    ]);
    expect(directory.lookup('a').map(({ instance }) => instance)).toEqual(['10', '2']);
    expect(directory.lookup('c')).toEqual([]);
  });

  it('has room for as much as fits into one message, renews what it has, and has room again', () => {
    const directory = new Directory(4_000);
    let count = 0;
    while (directory.admits(of(`s${count}`))) directory.put(of(`s${count++}`), 0);
    expect(count).toBeGreaterThan(20);
    expect(JSON.stringify(directory.list()).length).toBeLessThan(4_000);
    expect(writeSnapshot(directory.snapshot(0)).length).toBeLessThan(4_000);
    expect(directory.put(of(`s${count}`), 0)).toBeUndefined();
    expect(directory.list()).toHaveLength(count);
    expect(directory.admits(of('s0'))).toBe(true);
    expect(directory.admits(of('s0', { metadata: { much: 'x'.repeat(200) } }))).toBe(false);
    directory.remove(of('s0'));
    expect(directory.put(of('t0'), 0)).toBe('registered');
    directory.expire(1e9);
    for (let index = 0; index < count; index++) expect(directory.put(of(`u${index}`), 0)).toBe('registered');
  });

  it('gives what it knows to another one, with the time that is left, and that one keeps what it has heard itself', () => {
    const [one, other] = [new Directory(10_000), new Directory(10_000)];
    one.put(of('a', { ttl: 10 }), 0);
    one.put(of('b', { version: '1.0.0' }), 0);
    other.put(of('b', { version: '2.0.0' }), 500_000);
    other.merge(readSnapshot(Buffer.from(writeSnapshot(one.snapshot(4_000)))), 500_000);
    expect(other.list()).toEqual([of('a', { ttl: 10 }), of('b', { version: '2.0.0' })]);
    expect(other.nextExpiryMs()).toBe(506_000);
  });

  it.each(['', '{}', '[1]', '[{"registration":{"name":"a"}}]', '[{"registration":{"name":""},"left_ms":1}]'])(
    'takes no snapshot that is none: %s',
    (text) => {
      expect(() => readSnapshot(Buffer.from(text))).toThrow();
    },
  );
});

describe('HearingClock', () => {
  it('stands still while nothing can be heard', () => {
    let now = 100;
    const clock = new HearingClock(() => now);
    clock.pause();
    now = 150;
    clock.pause();
    expect([clock.now(), clock.isPaused]).toEqual([100, true]);
    clock.resume();
    clock.resume();
    now = 160;
    expect([clock.now(), clock.isPaused]).toEqual([110, false]);
    clock.skip(5);
    expect(clock.now()).toBe(105);
  });
});

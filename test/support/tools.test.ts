import { describe, expect, it } from 'vitest';
import { areToolsRequired, findTools, type Surroundings } from './tools.js';

function findAmong(programs: readonly string[], env: Surroundings['env'] = {}) {
  return findTools({
    env,
    toolsDir: '/checkout/.tools',
    ownNode: { version: 'v22.12.0', path: '/own/node' },
    isProgram: (path) => programs.includes(path),
  });
}

describe('findTools', () => {
  it('prefers the environment to .tools/, and .tools/ to the PATH', () => {
    const everywhere = ['/mine/nats-server', '/checkout/.tools/bin/nats-server', '/usr/bin/nats-server'];
    const PATH = '/bin:/usr/bin';
    const find = (programs: readonly string[], env = {}) => findAmong(programs, { PATH, ...env }).natsServer.path;

    expect(find(everywhere, { NATSCTL_NATS_SERVER: '/mine/nats-server' })).toBe('/mine/nats-server');
    expect(find(everywhere)).toBe('/checkout/.tools/bin/nats-server');
    expect(find(everywhere.slice(2))).toBe('/usr/bin/nats-server');
    expect(find([])).toBeUndefined();
  });

  it('never takes the nats-server on the PATH for the old one', () => {
    expect(findAmong(['/usr/bin/nats-server'], { PATH: '/usr/bin' }).natsServerOld.path).toBeUndefined();
  });

  it('refuses a path in the environment that is no program', () => {
    expect(() => findAmong([], { NATSCTL_NATS: '/typo' })).toThrow('NATSCTL_NATS: /typo is not a program');
  });

  it('takes the Node that runs the tests for its own release line', () => {
    const { nodes } = findAmong(['/own/node', '/checkout/.tools/node-24/node']);
    expect(nodes).toEqual([
      { name: 'Node 20', path: undefined },
      { name: 'Node 22', path: '/own/node' },
      { name: 'Node 24', path: '/checkout/.tools/node-24/node' },
      { name: 'Node 26', path: undefined },
    ]);
  });

  it('takes NATSCTL_NODES for all of them', () => {
    const { nodes } = findAmong(['/a/node', '/b/node', '/own/node'], { NATSCTL_NODES: '/a/node:/b/node' });
    expect(nodes.map(({ path }) => path)).toEqual(['/a/node', '/b/node']);
  });
});

it('requires the tools in CI or where asked', () => {
  expect(areToolsRequired({ CI: 'true' })).toBe(true);
  expect(areToolsRequired({ NATSCTL_REQUIRE_TOOLS: '1' })).toBe(true);
  expect(areToolsRequired({})).toBe(false);
});

import type { HelpTopic } from '../page.js';

export const scripts: HelpTopic = {
  name: 'scripts',
  describe: 'Shell scripts and CI',
  blocks: [
    'stdout carries data alone; all else goes to stderr, where --quiet leaves only errors. --json makes both a JSON object a line. Without a terminal nothing asks a question, and nothing ever starts a pager. No script needs a sleep of a guessed length.',
    'Ask, and compare; wait for a service that is still starting:',
    { code: ["natsctl request greeter.greet CI --wait 30s --expect 'Hello, CI!'"] },
    'Wait until all workers of a pool are there:',
    { code: ['natsctl service wait greeter --instances 3 --for 30s'] },
    'Subscribe, then publish:',
    {
      code: [
        'natsctl sub orders.new --count 1 --raw --for 30s \\',
        '  --ready-file ready >received.txt &',
        'listener=$!',
        'until [ -s ready ]; do kill -0 $listener || exit; sleep 0.05; done',
        'natsctl pub orders.new \'{"id":1}\'',
        'wait $listener',
      ],
    },
    'Tell outcomes apart (natsctl help exit-codes):',
    {
      code: [
        'status=0',
        'natsctl request nobody.home x || status=$?',
        'case $status in 5) echo "nobody serves it" ;; esac',
      ],
    },
    'Many in one start: a message or a request for each line, replies in their order:',
    {
      code: [
        'natsctl pub numbers --lines <numbers.txt',
        'natsctl request greeter.greet --lines <names.txt >greetings.txt',
      ],
    },
    'Tests with a server of their own, and nothing left afterwards:',
    { code: ['natsctl run --serve greeter -- npm test'] },
    'In a loop that reads stdin give the BODY as an argument, or --no-stdin: then stdin is never touched. Examples for GitHub Actions and GitLab CI stand in docs/ci.md of the repository.',
  ],
};

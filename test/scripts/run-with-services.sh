# runs tests with a server and services of their own, and passes their exit code on
natsctl run --serve greeter -- sh -eu -c 'test "$(natsctl request greeter.greet CI)" = "Hello, CI!"'
status=0
natsctl run -- sh -c 'exit 42' || status=$?
test "$status" -eq 42

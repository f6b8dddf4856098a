# waits no longer than it was told to, for a service or for a server
status=0
timeout 10 natsctl request nobody.home x --wait 300ms 2>/dev/null || status=$?
test "$status" -eq 5
status=0
timeout 10 natsctl request a.b x -s nats://127.0.0.1:1 --wait-server 300ms 2>/dev/null || status=$?
test "$status" -eq 3

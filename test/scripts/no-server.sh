# ends with 3 where no server answers, and says where it looked
status=0
natsctl request a.b x -s nats://127.0.0.1:1 2>error.txt || status=$?
test "$status" -eq 3
grep -q '127.0.0.1:1' error.txt

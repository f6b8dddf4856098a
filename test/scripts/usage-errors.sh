# ends with 2 at what cannot be meant, and names the nearest
status=0
natsctl requst a.b x 2>error.txt || status=$?
test "$status" -eq 2
grep -q 'did you mean request' error.txt
status=0
natsctl request a.b --timout 1s 2>error.txt || status=$?
test "$status" -eq 2
grep -q -- '--timeout' error.txt
status=0
natsctl pub 'a.*' x 2>/dev/null || status=$?
test "$status" -eq 2

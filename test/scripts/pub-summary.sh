# says on stderr how much was published, and nothing on stdout
seq 1 500 | natsctl pub numbers --lines >out.txt 2>told.txt
test ! -s out.txt
grep -q '500 messages' told.txt

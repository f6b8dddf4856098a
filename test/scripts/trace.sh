# shows the protocol on stderr, and leaves stdout as it is
natsctl pub some.subject body --trace >out.txt 2>trace.txt
test ! -s out.txt
grep -q 'PUB some.subject' trace.txt

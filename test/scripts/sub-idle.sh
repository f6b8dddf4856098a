# ends with 0 after silence where no goal was set
natsctl sub quiet.place --idle 200ms --quiet >out.txt
test ! -s out.txt

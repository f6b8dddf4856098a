# works where stdin is closed
natsctl pub some.subject body --quiet <&-
natsctl pub some.subject --quiet <&-
natsctl sub some.subject --idle 100ms --quiet <&-

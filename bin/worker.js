// One worker of a pool; `natsctl serve` starts it.
'use strict';

require('./launch.js').launch('worker');

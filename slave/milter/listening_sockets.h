// An option for sockets that a library opened and does not show.
#pragma once

namespace weir {

// Turns Nagle's algorithm off (TCP_NODELAY) on the sockets of this process that listen on `port`, and so on
// every connection accepted from now on, which inherits it. How many there were.
int sendAtOnce(int port);

}  // namespace weir

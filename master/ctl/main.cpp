#include "master/ctl/command_line.h"

int main(int count, char** arguments) {
    return weir::ctl::CommandLine().run(count, arguments);
}

#include "slave/filter/body_changes.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

BodyOrder disclaimer(const std::string& text, bool before = false) {
    BodyOrder order;
    order.kind = BodyOrder::Kind::kDisclaimer;
    order.text = text;
    order.before = before;
    return order;
}

}  // namespace

TEST_CASE("the disclaimers of several rules are all there, in the order of the rules") {
    const Message message("Subject: x\r\n\r\nHello\r\n");
    const MadeChanges made = changeBody(message, {disclaimer("Legal"), disclaimer("From outside", true),
                                                  disclaimer("On paper"), disclaimer("Legal")});
    CHECK(made.body == "From outside\r\n\r\nHello\r\n\r\nLegal\r\n\r\nOn paper\r\n");
    CHECK(made.notDone.empty());
}

TEST_CASE("a disclaimer that has no place is said, and the mail stays as it is") {
    const Message message(
        "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; "
        "boundary=b\r\n\r\n--b\r\n\r\nHello\r\n"
        "--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n");
    const MadeChanges made = changeBody(message, {disclaimer("Legal"), disclaimer("On paper")});
    CHECK_FALSE(made.body);
    CHECK(made.notDone.size() == 2);
    CHECK_FALSE(made.stripRefused);
}

// The least that a milter can do: reads the whole mail, with every reply switched off that is not due, and
// accepts it. What it costs is libmilter's and the kernel's share of every filter.
//
//   null_milter SOCKET   (as smfi_setconn() wants it: "unix:/path" or "inet:port@host")
#include <libmilter/mfapi.h>

#include <atomic>
#include <cstdio>

namespace {

std::atomic<unsigned long long> bytes{0};

sfsistat onNegotiate(SMFICTX*, unsigned long, unsigned long steps, unsigned long, unsigned long,
                     unsigned long* actions, unsigned long* wanted, unsigned long* two,
                     unsigned long* three) {
    *actions = 0;
    *wanted = steps & (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA |
                       SMFIP_NR_UNKN | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY | SMFIP_HDR_LEADSPC |
                       SMFIP_NOUNKNOWN | SMFIP_NODATA | SMFIP_NOEOH);
    *two = *three = 0;
    return SMFIS_CONTINUE;
}
sfsistat onConnect(SMFICTX*, char*, _SOCK_ADDR*) {
    return SMFIS_NOREPLY;
}
sfsistat onText(SMFICTX*, char*) {
    return SMFIS_NOREPLY;
}
sfsistat onArguments(SMFICTX*, char**) {
    return SMFIS_NOREPLY;
}
sfsistat onHeader(SMFICTX*, char*, char*) {
    return SMFIS_NOREPLY;
}
sfsistat onBody(SMFICTX*, unsigned char*, std::size_t size) {
    bytes.fetch_add(size, std::memory_order_relaxed);
    return SMFIS_NOREPLY;
}
sfsistat onEndOfMessage(SMFICTX*) {
    return SMFIS_ACCEPT;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: null_milter SOCKET\n");
        return 2;
    }
    static char name[] = "null";
    smfiDesc filter{};
    filter.xxfi_name = name;
    filter.xxfi_version = SMFI_VERSION;
    filter.xxfi_connect = onConnect;
    filter.xxfi_helo = onText;
    filter.xxfi_envfrom = onArguments;
    filter.xxfi_envrcpt = onArguments;
    filter.xxfi_header = onHeader;
    filter.xxfi_body = onBody;
    filter.xxfi_eom = onEndOfMessage;
    filter.xxfi_negotiate = onNegotiate;
    if (smfi_setconn(argv[1]) != MI_SUCCESS || smfi_register(filter) != MI_SUCCESS) return 1;
    return smfi_main() == MI_SUCCESS ? 0 : 1;
}

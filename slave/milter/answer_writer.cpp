#include "slave/milter/answer_writer.h"

#include <libmilter/mfapi.h>

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t kLine = 400;
constexpr std::size_t kLines = 20;
constexpr std::size_t kBodyPiece = 65'535;  // MILTER_CHUNK_SIZE

}  // namespace

std::vector<std::string> replyLines(const std::string& text) {
    std::vector<std::string> lines(1);
    for (const char c : text) {
        if (c == '\n' && lines.back().empty()) continue;
        if (c == '\n' || lines.back().size() >= kLine) {
            if (lines.size() == kLines) break;
            lines.emplace_back();
            if (c == '\n') continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        if (c == '%') {
            lines.back() += "%%";
        } else if (c != '\r') {
            lines.back() += byte < 0x20 || byte >= 0x7f ? '?' : c;
        }
    }
    if (lines.size() > 1 && lines.back().empty()) lines.pop_back();
    return lines;
}

bool AnswerWriter::setReply(const MailAnswer& answer) const {
    const std::string code = std::to_string(answer.code);
    const std::vector<std::string> lines = replyLines(answer.text);
    std::vector<char*> text(kLines + 1, nullptr);
    for (std::size_t i = 0; i < lines.size(); ++i) text[i] = const_cast<char*>(lines[i].c_str());
    const char* status = answer.status.empty() ? nullptr : answer.status.c_str();
    return smfi_setmlreply(context_, code.c_str(), status, text[0], text[1], text[2], text[3], text[4],
                           text[5], text[6], text[7], text[8], text[9], text[10], text[11], text[12],
                           text[13], text[14], text[15], text[16], text[17], text[18], text[19],
                           nullptr) == MI_SUCCESS;
}

bool AnswerWriter::makeEdit(const HeaderEdit& edit) const {
    char* name = const_cast<char*>(edit.name.c_str());
    std::string value = spaced(edit.value);
    switch (edit.kind) {
        case HeaderEdit::Kind::kAppend:
            return smfi_addheader(context_, name, value.data()) == MI_SUCCESS;
        case HeaderEdit::Kind::kChange:
            return smfi_chgheader(context_, name, static_cast<int>(edit.index), value.data()) == MI_SUCCESS;
        case HeaderEdit::Kind::kDelete:
            return smfi_chgheader(context_, name, static_cast<int>(edit.index), nullptr) == MI_SUCCESS;
    }
    return false;
}

// The library sends one packet a call, which the MTA takes up to a limit.
bool AnswerWriter::replaceBody(const std::string& body) const {
    std::size_t at = 0;
    do {
        const std::size_t length = std::min(kBodyPiece, body.size() - at);
        auto* piece = reinterpret_cast<unsigned char*>(const_cast<char*>(body.data() + at));
        if (smfi_replacebody(context_, piece, static_cast<int>(length)) != MI_SUCCESS) return false;
        at += length;
    } while (at < body.size());
    return true;
}

Expected<int> AnswerWriter::write(const MailAnswer& answer,
                                  const std::function<std::string(const std::string&)>& asReceived) const {
    switch (answer.kind) {
        case VerdictKind::kReject:
            if (!setReply(answer)) return problem("reply", "the text or code was not taken");
            return SMFIS_REJECT;
        case VerdictKind::kTempfail:
            // Without the text it is still a tempfail.
            setReply(answer);
            return SMFIS_TEMPFAIL;
        case VerdictKind::kDiscard:
        case VerdictKind::kQuarantine:
            return SMFIS_DISCARD;
        case VerdictKind::kDeliver:
            break;
    }
    for (const std::string& recipient : answer.removed) {
        std::string received = asReceived(recipient);
        if (smfi_delrcpt(context_, received.data()) != MI_SUCCESS)
            return problem("recipient", "removal was not taken");
    }
    for (const std::string& recipient : answer.added) {
        std::string mailbox = "<" + recipient + ">";
        if (smfi_addrcpt(context_, mailbox.data()) != MI_SUCCESS)
            return problem("recipient", "was not taken");
    }
    for (const HeaderEdit& edit : answer.edits) {
        if (!makeEdit(edit)) return problem("header " + edit.name, "change was not taken");
    }
    // Each goes above what is there, so the topmost comes last.
    for (auto one = answer.top.rbegin(); one != answer.top.rend(); ++one) {
        std::string name = one->name;
        std::string value = spaced(one->value);
        if (smfi_insheader(context_, 0, name.data(), value.data()) != MI_SUCCESS)
            return problem("header " + one->name, "was not taken");
    }
    if (answer.body && !replaceBody(*answer.body)) return problem("body", "was not taken");
    return SMFIS_ACCEPT;
}

}  // namespace weir

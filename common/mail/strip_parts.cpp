#include "common/mail/strip_parts.h"

#include <algorithm>
#include <map>

#include "common/mail/mail_edit_seal.h"
#include "common/mail/mime_reader.h"
#include "common/mail/part_edit_text.h"
#include "common/mail/text_encoder.h"

namespace weir {
namespace {

constexpr const char* kAction = "strip";

struct File {
    std::string name, type, reason;
    std::uint64_t size = 0;
    std::string text() const {
        return (name.empty() ? std::string("a file") : macroValue(name, MacroPlace::kPlain, 200)) + " (" +
               macroValue(type, MacroPlace::kPlain, 100) + ", " + std::to_string(size) + " bytes)" +
               (reason.empty() ? "" : ": " + reason);
    }
};

class Stripper {
  public:
    Stripper(const Message& message, const StripEdit& edit)
        : message_(message),
          parts_(message.mime().parts),
          edit_(edit),
          lineEnd_(lineEndOf(message.bytes())) {}

    BodyChange run() {
        for (const StripPart& wanted : edit_.parts) strip(wanted);
        for (const auto& [part, files] : files_) replace(part, files);
        return std::move(change_);
    }

  private:
    void refuse(const File& file, const std::string& why) {
        change_.refused.push_back({kAction, file.text() + "; not removed: " + why});
    }

    void strip(const StripPart& wanted) {
        if (wanted.part >= parts_.size()) {
            change_.refused.push_back({kAction, "the mail has no part " + std::to_string(wanted.part + 1)});
            return;
        }
        const MimePart& part = parts_[wanted.part];
        File file{partName(part), part.type, wanted.reason, 0};
        file.size = part.container ? part.body.size() : decodedSize(part.encoding, part.body).bytes;
        std::size_t target = wanted.part;
        while (!isReplaceable(parts_[target]) && parts_[target].parent != kNoPart)
            target = parts_[target].parent;
        if (!isReplaceable(parts_[target])) {
            refuse(file, "it is not to be found in the mail");
        } else if (const std::uint32_t seal = sealAround(message_, target);
                   seal != kNoPart && seal != target && !edit_.evenSigned) {
            refuse(file, "it lies in a signed or encrypted part (" + parts_[seal].type + ')');
        } else {
            change_.done.push_back({kAction, file.text()});
            files_[target].push_back(std::move(file));
        }
    }

    std::string notice(const std::vector<File>& files, bool html) const {
        const MacroText& text = html && !edit_.htmlNotice.empty() ? edit_.htmlNotice : edit_.notice;
        std::string all;
        for (const File& file : files) {
            const std::string one = text.expand([&](Macro macro) { return value(macro, file); });
            if (!all.empty()) all += '\n';
            all += html && edit_.htmlNotice.empty() ? disclaimerAsHtml(one) : one;
        }
        while (all.ends_with('\n')) all.pop_back();
        return withLineEnds(all, lineEnd_);
    }

    std::string value(Macro macro, const File& file) const {
        switch (macro) {
            case Macro::kFileName:
                return file.name;
            case Macro::kFileType:
                return file.type;
            case Macro::kFileSize:
                return std::to_string(file.size);
            case Macro::kFileReason:
                return file.reason;
            default:
                return edit_.values ? edit_.values(macro) : std::string();
        }
    }

    // Several files in one place: one notice that names them all.
    void replace(std::size_t index, const std::vector<File>& files) {
        const MimePart& part = parts_[index];
        const bool html = part.type == "text/html";
        const bool alternative =
            part.parent != kNoPart && (parts_[part.parent].type == "multipart/alternative" ||
                                       parts_[part.parent].type == "multipart/related");
        std::string text = notice(files, html);
        if (index == 0) text += lineEnd_;
        EncodedBytes encoded = encodeForPart(message_, index, text, lineEnd_);
        if (index != 0 && encoded.bytes.ends_with('\n'))
            encoded.bytes.erase(encoded.bytes.size() - lineEnd_.size());
        PartChange change{PartChange::Kind::kContent, index, {}, std::move(encoded.bytes)};
        const auto field = [&](const char* name, std::string content) {
            change.fields.push_back({HeaderChange::Kind::kReplace, name, std::move(content)});
        };
        field("Content-Type", html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
        field("Content-Transfer-Encoding", std::move(encoded.encoding));
        if (index != 0 && !alternative) {
            field("Content-Disposition", edit_.noticeName.empty()
                                             ? "inline"
                                             : "inline; " + mimeParameterText("filename", edit_.noticeName));
        }
        change_.parts.push_back(std::move(change));
    }

    const Message& message_;
    const std::vector<MimePart>& parts_;
    const StripEdit& edit_;
    const std::string_view lineEnd_;
    std::map<std::size_t, std::vector<File>> files_;  // of each part that is replaced
    BodyChange change_;
};

}  // namespace

BodyChange stripParts(const Message& message, const StripEdit& edit) {
    return Stripper(message, edit).run();
}

}  // namespace weir

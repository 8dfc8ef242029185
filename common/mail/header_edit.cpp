#include "common/mail/header_edit.h"

#include <algorithm>
#include <map>
#include <optional>

#include "common/base/error.h"
#include "common/mail/ascii.h"
#include "common/mail/encoded_word.h"
#include "common/mail/header_block.h"

namespace weir {
namespace {

constexpr std::size_t kSubjectColumn = 9;  // "Subject: "

struct Draft {
    std::string name;
    unsigned index = 0;                // as received; 0 for a field that a change added
    std::string_view received;         // raw value
    std::optional<std::string> value;  // new value
    bool deleted = false;
};

std::string encodedFor(const std::string& name, std::string_view text) {
    return encodeHeaderText(text, name.size() + 2);
}

// Raw value in the form of HeaderEdit::value: lines joined by "\n" alone, outer space gone.
std::string rawValue(std::string_view received) {
    std::string value(trimmed(received));
    std::erase(value, '\r');
    return value;
}

// The tag in front of the received bytes. Space between two encoded words is not shown, so where both sides
// are encoded it goes into the tag's.
std::string taggedSubject(const std::string& tag, const std::string& old) {
    std::string encoded = encodedFor("Subject", tag);
    if (encoded.ends_with("?=") && old.starts_with("=?")) {
        encoded = encodeHeaderWords(tag + ' ', kSubjectColumn);
    }
    return old.empty() ? encoded : encoded + (encoded.size() + old.size() > 65 ? "\n " : " ") + old;
}

class Drafts {
  public:
    explicit Drafts(const std::vector<HeaderField>& fields) {
        std::map<std::string, unsigned> seen;
        drafts_.reserve(fields.size());
        for (const HeaderField& field : fields) {
            drafts_.push_back({std::string(field.name), ++seen[lowered(field.name)], field.value, {}, false});
        }
    }

    void apply(const HeaderChange& change) {
        if (!isHeaderName(change.name)) {
            throw Error(ErrorCode::kInvalid,
                        "a rule changes a header whose name is not valid: \"" + change.name + "\"");
        }
        switch (change.kind) {
            case HeaderChange::Kind::kAdd:
                add(change);
                break;
            case HeaderChange::Kind::kReplace:
                replace(change);
                break;
            case HeaderChange::Kind::kRemove:
                each(change.name, [](Draft& draft) { draft.deleted = true; });
                break;
            case HeaderChange::Kind::kTagSubject:
                tag(change);
                break;
        }
    }

    std::vector<HeaderEdit> edits() const {
        std::vector<HeaderEdit> edits;
        for (const Draft& draft : drafts_) {
            if (draft.index > 0 && draft.value && !draft.deleted) {
                edits.push_back({HeaderEdit::Kind::kChange, draft.name, draft.index, *draft.value});
            }
        }
        for (auto draft = drafts_.rbegin(); draft != drafts_.rend(); ++draft) {
            if (draft->index > 0 && draft->deleted) {
                edits.push_back({HeaderEdit::Kind::kDelete, draft->name, draft->index, {}});
            }
        }
        for (const Draft& draft : drafts_) {
            if (draft.index == 0 && !draft.deleted) {
                edits.push_back({HeaderEdit::Kind::kAppend, draft.name, 0, draft.value.value_or("")});
            }
        }
        return edits;
    }

  private:
    template <class Do>
    void each(const std::string& name, Do action) {
        for (Draft& draft : drafts_) {
            if (!draft.deleted && equalIgnoringCase(draft.name, name)) action(draft);
        }
    }

    void add(const HeaderChange& change) {
        drafts_.push_back({change.name, 0, {}, encodedFor(change.name, change.value), false});
    }

    void replace(const HeaderChange& change) {
        bool done = false;
        each(change.name, [&](Draft& draft) {
            draft.deleted = done;
            if (!done) draft.value = encodedFor(draft.name, change.value);
            done = true;
        });
        if (!done) add(change);
    }

    void tag(const HeaderChange& change) {
        bool any = false;
        each("Subject", [&](Draft& draft) {
            any = true;
            const std::string old = draft.value ? *draft.value : rawValue(draft.received);
            if (!decodeHeaderText(old).starts_with(change.value))
                draft.value = taggedSubject(change.value, old);
        });
        if (!any) add({HeaderChange::Kind::kAdd, "Subject", change.value});
    }

    std::vector<Draft> drafts_;
};

class BlockWriter {
  public:
    BlockWriter(std::string_view block, std::size_t room)
        : lineEnd_(block.find("\r\n") == std::string_view::npos && block.find('\n') != std::string_view::npos
                       ? "\n"
                       : "\r\n") {
        out_.reserve(room);
    }
    void raw(std::string_view bytes) { out_ += bytes; }
    void field(std::string_view name, std::string_view value) {
        if (!out_.empty() && !out_.ends_with('\n')) out_ += lineEnd_;
        out_ += name;
        out_ += ": ";
        for (const char c : value) {
            if (c == '\n') {
                out_ += lineEnd_;
            } else {
                out_ += c;
            }
        }
        out_ += lineEnd_;
    }
    std::string take() { return std::move(out_); }

  private:
    std::string_view lineEnd_;
    std::string out_;
};

using Target = std::pair<std::string, unsigned>;  // name in lower case, index as received

}  // namespace

std::vector<HeaderEdit> planHeaderEdits(const std::vector<HeaderField>& fields,
                                        const std::vector<HeaderChange>& changes) {
    if (changes.empty()) return {};
    Drafts drafts(fields);
    for (const HeaderChange& change : changes) drafts.apply(change);
    return drafts.edits();
}

std::string applyHeaderEdits(std::string_view block, const std::vector<HeaderEdit>& edits) {
    std::map<Target, const HeaderEdit*> targets;
    for (const HeaderEdit& edit : edits) {
        if (edit.kind != HeaderEdit::Kind::kAppend) targets[{lowered(edit.name), edit.index}] = &edit;
    }
    // Fields over the reader's usual limits are kept as they are, so nothing of a mail is lost here.
    const HeaderBlock parsed = readHeaderBlock(block, {SIZE_MAX, SIZE_MAX});
    BlockWriter writer(block, block.size() + 1024);
    std::map<std::string, unsigned> seen;
    std::size_t start = 0;
    for (std::size_t i = 0; i < parsed.fields.size(); ++i) {
        const HeaderField& field = parsed.fields[i];
        const auto begin = static_cast<std::size_t>(field.name.data() - block.data());
        if (i == 0) writer.raw(block.substr(0, begin));
        start = i + 1 < parsed.fields.size()
                    ? static_cast<std::size_t>(parsed.fields[i + 1].name.data() - block.data())
                    : block.size();
        const std::string name = lowered(field.name);
        const auto target = targets.find({name, ++seen[name]});
        if (target == targets.end()) {
            writer.raw(block.substr(begin, start - begin));
        } else if (target->second->kind == HeaderEdit::Kind::kChange) {
            writer.field(field.name, target->second->value);
        }
    }
    if (parsed.fields.empty()) writer.raw(block);
    for (const HeaderEdit& edit : edits) {
        if (edit.kind == HeaderEdit::Kind::kAppend) writer.field(edit.name, edit.value);
    }
    return writer.take();
}

std::string changedMail(const Message& message, const std::vector<HeaderChange>& changes) {
    const std::string_view block = message.headerBlock();
    const std::vector<HeaderEdit> edits = planHeaderEdits(message.headers(), changes);
    std::string mail = edits.empty() ? std::string(block) : applyHeaderEdits(block, edits);
    mail += message.bytes().substr(block.size());
    return mail;
}

}  // namespace weir

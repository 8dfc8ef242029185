#include "slave/auth/dkim_writer.h"

#include "common/mail/transfer_encoding.h"

namespace weir {
namespace {

constexpr std::size_t kLine = 76;

}  // namespace

DkimWriter::DkimWriter(std::string name) : name_(std::move(name)), text_(name_ + ": ") {}

void DkimWriter::begin(std::size_t size) {
    if (!first_) text_ += ';';
    if (newLine_ || (!first_ && text_.size() - line_ + 1 + size + 1 > kLine)) {
        text_ += '\n';
        line_ = text_.size();
    }
    if (!first_) text_ += ' ';
    first_ = newLine_ = false;
}

void DkimWriter::add(std::string_view tag, std::string_view value) {
    begin(tag.size() + 1 + value.size());
    text_ += tag;
    text_ += '=';
    text_ += value;
}

void DkimWriter::addNames(std::string_view tag, const std::vector<std::string>& names) {
    std::size_t size = tag.size() + 1;
    for (const std::string& name : names) size += name.size() + 1;
    begin(size);
    text_ += tag;
    text_ += '=';
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) {
            text_ += ':';
            if (text_.size() - line_ + names[i].size() + 1 > kLine) {
                text_ += '\n';
                line_ = text_.size();
                text_ += ' ';
            }
        }
        text_ += names[i];
    }
}

void DkimWriter::addSignature() {
    newLine_ = !first_;
    begin(2);
    text_ += "b=";
    signature_ = text_.size();
    newLine_ = true;
}

HeaderField DkimWriter::field() const {
    const std::string_view all = text_;
    return {all.substr(0, name_.size()), all.substr(name_.size() + 1)};
}

AddedField DkimWriter::finish(std::string_view signature, std::size_t columns) {
    std::string base64, folded;
    appendBase64(base64, signature);
    if (columns <= 2) columns = base64.size() + 2;
    for (std::size_t at = 0, end = columns - 2; at < base64.size(); at = end, end += columns) {
        if (at > 0) folded += "\n ";
        folded += base64.substr(at, end - at);
    }
    text_.insert(signature_, folded);
    return {name_, text_.substr(name_.size() + 2)};
}

}  // namespace weir

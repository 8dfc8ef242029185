#include "common/policy/content_values.h"

#include <algorithm>
#include <set>

#include "common/mail/ascii.h"

namespace weir {
namespace {

FieldValues longText(const std::string& text) {
    FieldValues values;
    values.longText = &text;
    values.present = !text.empty();
    return values;
}

template <class Get>
FieldValues ofUrls(MailContent& content, Get get) {
    FieldValues values;
    for (const UrlParts& one : content.urls()) {
        std::string text(get(one));
        if (!text.empty()) values.texts.push_back(std::move(text));
    }
    values.present = !values.texts.empty();
    return values;
}

FieldValues texts(std::vector<std::string> all) {
    FieldValues values;
    values.texts = std::move(all);
    values.present = !values.texts.empty();
    return values;
}

std::string extensionOf(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    const std::size_t slash = name.rfind('/');
    if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) return {};
    return lowered(std::string_view(name).substr(dot + 1));
}

// Every text that `get` finds about an entry, with the attachment it lies in.
template <class Get>
FieldValues ofEntries(MailContent& content, Get get) {
    FieldValues values;
    for (const MailContent::Archive& archive : content.archives())
        for (const ArchiveEntry& entry : archive.reading.entries)
            for (std::string& text : get(entry)) {
                if (text.empty()) continue;
                values.texts.push_back(std::move(text));
                values.owners.push_back(archive.attachment);
            }
    values.present = !values.texts.empty();
    return values;
}

std::vector<std::string> namesOf(const ArchiveEntry& entry) {
    std::vector<std::string> names = entry.otherNames;
    names.push_back(entry.name);
    return names;
}

FieldValues archiveFormats(MailContent& content) {
    FieldValues values;
    for (const MailContent::Archive& archive : content.archives()) {
        std::set<std::string> formats(archive.reading.formats.begin(), archive.reading.formats.end());
        for (const ArchiveEntry& entry : archive.reading.entries) formats.insert(entry.container);
        for (const std::string& one : formats) {
            values.texts.push_back(one);
            values.owners.push_back(archive.attachment);
        }
    }
    values.present = !values.texts.empty();
    return values;
}

FieldValues archiveFindings(MailContent& content) {
    FieldValues values;
    for (const MailContent::Archive& archive : content.archives()) {
        values.texts.insert(values.texts.end(), archive.reading.ambiguous.begin(),
                            archive.reading.ambiguous.end());
        if (archive.reading.damaged) values.texts.emplace_back("damaged");
        values.owners.resize(values.texts.size(), archive.attachment);
    }
    values.present = !values.texts.empty();
    return values;
}

template <class Get>
FieldValues ofArchives(MailContent& content, Get get) {
    FieldValues values;
    for (const MailContent::Archive& archive : content.archives()) {
        values.numbers.push_back(get(archive.reading));
        values.owners.push_back(archive.attachment);
    }
    values.present = !values.numbers.empty();
    return values;
}

FieldValues archiveValues(Field field, MailContent& content) {
    FieldValues values;
    switch (field) {
        case Field::kArchiveName:
            return ofEntries(content, namesOf);
        case Field::kArchiveExtension:
            return ofEntries(content, [](const ArchiveEntry& entry) {
                std::vector<std::string> extensions = namesOf(entry);
                for (std::string& one : extensions) one = extensionOf(one);
                return extensions;
            });
        case Field::kArchiveRealType:
            return ofEntries(content,
                             [](const ArchiveEntry& entry) { return std::vector<std::string>{entry.type}; });
        case Field::kArchiveFormat:
            return archiveFormats(content);
        case Field::kArchiveFinding:
            return archiveFindings(content);
        case Field::kArchiveEntries:
            return ofArchives(content, [](const ArchiveReading& reading) { return reading.entries.size(); });
        case Field::kArchiveDepth:
            return ofArchives(content, [](const ArchiveReading& reading) {
                std::uint64_t depth = 1;
                for (const ArchiveEntry& entry : reading.entries)
                    depth = std::max<std::uint64_t>(depth, entry.depth);
                return depth;
            });
        default:
            for (const MailContent::Archive& archive : content.archives())
                if (archive.reading.encrypted) values.owners.push_back(archive.attachment);
            values.present = !values.owners.empty();
            return values;
    }
}

struct AttachedDocument {
    std::uint32_t attachment;
    const DocumentReading* reading;
};

std::vector<AttachedDocument> documentsOf(MailContent& content) {
    std::vector<AttachedDocument> all;
    for (const MailContent::Document& document : content.documents())
        all.push_back({document.attachment, &document.reading});
    for (const MailContent::Archive& archive : content.archives())
        for (const ArchiveEntry& entry : archive.reading.entries)
            if (entry.document) all.push_back({archive.attachment, &*entry.document});
    return all;
}

template <class Holds>
FieldValues ofDocuments(MailContent& content, Holds holds) {
    FieldValues values;
    for (const AttachedDocument& document : documentsOf(content))
        if (holds(*document.reading)) values.owners.push_back(document.attachment);
    values.present = !values.owners.empty();
    return values;
}

// Every text that `add` gives to its second argument about a document.
template <class Add>
FieldValues documentTexts(MailContent& content, Add add) {
    FieldValues values;
    for (const AttachedDocument& document : documentsOf(content)) {
        std::vector<std::string> texts;
        add(*document.reading, texts);
        for (std::string& text : texts)
            if (!text.empty()) values.texts.push_back(std::move(text));
        values.owners.resize(values.texts.size(), document.attachment);
    }
    values.present = !values.texts.empty();
    return values;
}

FieldValues documentValues(Field field, MailContent& content) {
    using Texts = std::vector<std::string>;
    switch (field) {
        case Field::kDocumentEncrypted:
            return ofDocuments(content, [](const DocumentReading& reading) { return reading.encrypted; });
        case Field::kDocumentMacros:
            return ofDocuments(content, [](const DocumentReading& reading) {
                return reading.has("macros") || reading.has("xlm-macros");
            });
        case Field::kDocumentEmbedded:
            return documentTexts(content, [](const DocumentReading& reading, Texts& texts) {
                for (const EmbeddedObject& object : reading.embedded)
                    texts.insert(texts.end(), {object.name, object.type});
            });
        case Field::kDocumentFinding:
            return documentTexts(content, [](const DocumentReading& reading, Texts& texts) {
                texts.insert(texts.end(), reading.found.begin(), reading.found.end());
                if (reading.damaged) texts.emplace_back("damaged");
            });
        default:
            return documentTexts(content, [](const DocumentReading& reading, Texts& texts) {
                for (const DocumentTarget& target : reading.targets) texts.push_back(target.where);
            });
    }
}

}  // namespace

FieldValues contentValues(Field field, MailContent& content) {
    FieldValues values;
    switch (field) {
        case Field::kBody:
            return longText(content.text());
        case Field::kAnyText:
            return longText(content.anyText());
        case Field::kLanguage:
            return content.language().empty() ? values : texts({content.language()});
        case Field::kUrl:
            return ofUrls(content, [](const UrlParts& one) { return one.text(); });
        case Field::kUrlHost:
            return ofUrls(content, [](const UrlParts& one) { return one.host.name; });
        case Field::kUrlDomain:
            return ofUrls(content, [](const UrlParts& one) { return one.domain; });
        case Field::kUrlTld:
            return ofUrls(content, [](const UrlParts& one) { return one.topLevel; });
        case Field::kUrlPath:
            return ofUrls(content, [](const UrlParts& one) { return one.path; });
        case Field::kUrlCount:
            values.numbers.push_back(content.urls().size());
            values.present = true;
            return values;
        case Field::kUrlDeceptive:
            values.present = content.linksLie();
            return values;
        case Field::kHtmlFinding:
            return texts(content.htmlFindings());
        case Field::kDocumentEncrypted:
        case Field::kDocumentMacros:
        case Field::kDocumentEmbedded:
        case Field::kDocumentFinding:
        case Field::kDocumentLink:
            return documentValues(field, content);
        default:
            return archiveValues(field, content);
    }
}

}  // namespace weir

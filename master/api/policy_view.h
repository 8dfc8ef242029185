// Which document a call means: "draft", "published" or the number of a revision.
#pragma once

#include <memory>
#include <string>

#include "master/api/answers.h"

namespace weir::api {

struct NamedDocument {
    std::shared_ptr<const Json> document;
    Json name;  // "draft" or the number
};
// Throws Refusal 400 for another word, Error kNotFound for an unknown number. "" is "published".
NamedDocument documentOf(const ApiServices& services, const std::string& word);

Json publishedView(const PublishedPolicy& policy);       // without the document
PublishedPtr publishedNow(const ApiServices& services);  // throws Error kUnavailable before the first load

}  // namespace weir::api

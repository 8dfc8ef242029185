#include "common/mail/html_text.h"

#include "common/mail/html_text_reader.h"

namespace weir {

bool appendHtmlText(std::string& out, std::string_view html, std::size_t limit) {
    HtmlTokens tokens(html);
    HtmlTextReader reader(out, limit);
    while (!reader.full() && tokens.next()) reader.take(tokens);
    return !reader.full();
}

}  // namespace weir

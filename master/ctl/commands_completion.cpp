#include "master/ctl/command_line.h"

namespace weir::ctl {
namespace {

// "path|words": the subcommands and options after each path of subcommands.
void collect(const CLI::App& app, const std::string& path, std::string& cases) {
    std::string words;
    for (const CLI::App* sub : app.get_subcommands(nullptr)) words += sub->get_name() + " ";
    for (const CLI::Option* option : app.get_options())
        for (const std::string& name : option->get_lnames()) words += "--" + name + " ";
    cases += "        '" + path + "') words='" + words + "' ;;\n";
    for (const CLI::App* sub : app.get_subcommands(nullptr))
        collect(*sub, path + " " + sub->get_name(), cases);
}

constexpr const char* kBash = R"(# bash completion of weirctl; load with: source <(weirctl completion)
_weirctl() {
    local path= word words=
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word == -* ]] || path="$path $word"
    done
    while :; do
        case "$path" in
)";

constexpr const char* kBashEnd = R"(        esac
        # an argument that is no subcommand: complete for the command before it
        [[ -n $words || -z $path ]] && break
        path=${path% *}
    done
    COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _weirctl weirctl
)";

}  // namespace

void addCompletionCommand(CommandLine& line) {
    line.app()
        .add_subcommand("completion", "Print bash's completion: source <(weirctl completion)")
        ->callback([&line] {
            std::string cases;
            collect(line.app(), "", cases);
            std::cout << kBash << cases << kBashEnd;
        });
}

}  // namespace weir::ctl

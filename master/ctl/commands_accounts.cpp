#include <termios.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "master/ctl/command_line.h"

namespace weir::ctl {
namespace {

// A password from the terminal without echo, or the first line of standard input.
std::string readPassword(const std::string& prompt) {
    termios before{};
    const bool terminal = ::isatty(STDIN_FILENO) && ::tcgetattr(STDIN_FILENO, &before) == 0;
    if (terminal) {
        termios silent = before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
        std::cerr << prompt << ": ";
    }
    std::string password;
    std::getline(std::cin, password);
    if (terminal) {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        std::cerr << "\n";
    }
    return password;
}

struct User {
    std::string name, role;
};

void addUserCommands(CommandLine& line) {
    auto* users = line.app().add_subcommand("user", "People who may log in to the console");
    users->require_subcommand(1);
    users->add_subcommand("list", "All users")->callback([&line] {
        line.printTable(line.api().list("/users", 10'000),
                        {{"name", "/name", 40},
                         {"role", "/role"},
                         {"created", "/created"},
                         {"last login", "/last_login"},
                         {"locked", "/locked"}},
                        "no users");
    });
    auto user = std::make_shared<User>();
    const std::string roles = "admin, operator, quarantine or auditor";
    auto* add =
        users->add_subcommand("add", "Add a user; the password is read from the terminal or standard input");
    add->add_option("name", user->name, "Login name")->required();
    add->add_option("--role", user->role, roles)->required();
    add->callback([&line, user] {
        line.change("POST", "/users",
                    {{"name", user->name},
                     {"role", user->role},
                     {"password", readPassword("Password of " + user->name)}},
                    "user " + user->name + " is added");
    });
    auto* role = users->add_subcommand("role", "Change a user's role");
    role->add_option("name", user->name, "Login name")->required();
    role->add_option("role", user->role, roles)->required();
    role->callback([&line, user] {
        line.change("PATCH", "/users/" + segment(user->name), {{"role", user->role}},
                    user->name + " has the role " + user->role);
    });
    auto* password = users->add_subcommand("password", "Set a user's password");
    password->add_option("name", user->name, "Login name")->required();
    password->callback([&line, user] {
        line.change("PATCH", "/users/" + segment(user->name),
                    {{"password", readPassword("New password of " + user->name)}},
                    "the password of " + user->name + " is set");
    });
    auto* unlock = users->add_subcommand("unlock", "Let a locked-out user try again");
    unlock->add_option("name", user->name, "Login name")->required();
    unlock->callback([&line, user] {
        line.change("PATCH", "/users/" + segment(user->name), {{"unlock", true}},
                    user->name + " may try again");
    });
    auto* remove = users->add_subcommand("remove", "Remove a user and end their sessions");
    remove->add_option("name", user->name, "Login name")->required();
    remove->callback([&line, user] {
        line.change("DELETE", "/users/" + segment(user->name), Json(), "user " + user->name + " is removed");
    });
}

struct ApiToken {
    std::string name, role, id;
    int days = 90;
};

void addApiTokenCommands(CommandLine& line) {
    auto* tokens = line.app().add_subcommand("api-token", "Tokens for programs");
    tokens->require_subcommand(1);
    tokens->add_subcommand("list", "All API tokens")->callback([&line] {
        line.printTable(line.api().list("/tokens", 10'000),
                        {{"id", "/id"},
                         {"name", "/name", 40},
                         {"role", "/role"},
                         {"expires", "/expires"},
                         {"last used", "/last_used"},
                         {"by", "/created_by"}},
                        "no API tokens");
    });
    auto token = std::make_shared<ApiToken>();
    auto* create = tokens->add_subcommand("create", "Make a token; it is shown this once");
    create->add_option("name", token->name, "What it is for")->required();
    create->add_option("--role", token->role, "admin, operator, quarantine or auditor")->required();
    create->add_option("--days", token->days, "Valid for so long, 1 to 365 (default 90)");
    create->callback([&line, token] {
        const Json body = {{"name", token->name}, {"role", token->role}, {"days", token->days}};
        const auto made = parseJson(line.api().call("POST", "/tokens", &body).body);
        if (!made) throw Error(ErrorCode::kInternal, made.error().text());
        line.print(*made, [&] { return made->value("token", "") + "\n"; });
    });
    auto* remove = tokens->add_subcommand("delete", "Take a token back");
    remove->add_option("id", token->id, "Id of the token")->required();
    remove->callback([&line, token] {
        line.change("DELETE", "/tokens/" + segment(token->id), Json(), "token " + token->id + " is deleted");
    });
}

}  // namespace

void addAccountCommands(CommandLine& line) {
    addUserCommands(line);
    addApiTokenCommands(line);
    auto limit = std::make_shared<std::size_t>(50);
    auto* audit = line.app().add_subcommand("audit", "Who changed what, newest first");
    audit->add_option("--limit", *limit, "At most so many (default 50)");
    audit->callback([&line, limit] {
        line.printTable(line.api().list("/audit", *limit),
                        {{"time", "/time"},
                         {"actor", "/actor", 24},
                         {"action", "/action"},
                         {"object", "/object", 60},
                         {"from", "/address"}},
                        "nothing was changed yet");
    });
}

}  // namespace weir::ctl

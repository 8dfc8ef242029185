// How many events a second the master takes in exactly once, beside plain batched inserts of the same rows
// into the same tables with the same indexes; SQLite and MariaDB in one run.
//
//   ingest_bench [--events N] [--batch N] [--nodes N] [--rounds N] [--only sqlite|mysql] [--statements yes]
//
// Intake begins with the JSON text of events, as it comes from the nodes, several of which send at once. The
// plain inserts begin with rows that are ready in memory, in the order in which they come, and end with the
// same rows in every table; as many a commit as intake had on average. Both commit to the disk. "us" is
// processor time of this process for one event (without MariaDB's own). --statements prints where the time of
// the clock went, a line a statement.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <numeric>
#include <random>
#include <thread>

#include "common/base/log.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/master/service/intake_house.h"

using namespace weir;
using namespace weir::test;

namespace {

struct Settings {
    std::size_t events = 60'000, batch = 1000, nodes = 3;  // a batch as the nodes send it
    int rounds = 5;
    std::string only;
    bool statements = false;
};

using Batches = std::vector<std::vector<EventBatch>>;  // by node

// One event in nine is an item event, as where one mail in eight is held.
class Traffic {
  public:
    explicit Traffic(unsigned seed) : random_(seed) {}

    // As much from each node, by node. The nodes filter side by side: mails come in the order of time.
    Batches nodes(std::size_t count, std::size_t events, std::size_t batch) {
        Batches nodes(count);
        std::vector<Sequence> next(count, 1);
        for (auto& node : nodes) node.push_back({NodeId{newUuid()}, SpoolEpoch{newUuid()}, {}});
        for (std::size_t i = 0; i < events; ++i) {
            const auto node = i % count;
            if (nodes[node].back().events.size() >= batch) {
                nodes[node].push_back({nodes[node].front().node, nodes[node].front().epoch, {}});
            }
            auto& taken = nodes[node].back().events;
            const auto mail = makeMail();
            taken.push_back(wireEvent(next[node]++, mail));
            if (!mail.outcomes.front().item.empty()) {
                taken.push_back(wireEvent(next[node]++, sampleItem(mail)));
            }
        }
        return nodes;
    }

  private:
    std::size_t number(std::size_t below) {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
    }
    // Few names come often, most seldom.
    std::size_t skewed(std::size_t below) {
        return std::min(number(below), std::min(number(below), number(below)));
    }

    VerdictKind verdict() {
        const auto n = number(1000);
        if (n < 125) return VerdictKind::kQuarantine;
        if (n < 245) return VerdictKind::kReject;
        if (n < 275) return VerdictKind::kTempfail;
        return VerdictKind::kDeliver;
    }

    MailEvent makeMail() {
        std::vector<std::string> recipients;
        for (std::size_t i = 0, count = number(10) == 0 ? 4 : 1; i < count; ++i) {
            recipients.push_back("user" + std::to_string(skewed(2000)) + "@company" +
                                 std::to_string(skewed(20)) + ".example");
        }
        const auto sender =
            number(2) == 0 ? "bounce-" + randomHex(8) + "@mailer" + std::to_string(skewed(500)) + ".example"
                           : "person" + std::to_string(skewed(5000)) + "@partner" +
                                 std::to_string(skewed(800)) + ".example";
        auto mail = sampleMail(sender, recipients, verdict());
        mail.time = time_ += std::chrono::milliseconds(number(20));  // 100 mails a second
        mail.envelope.clientAddress =
            "192.0." + std::to_string(skewed(250)) + "." + std::to_string(skewed(250));
        mail.envelope.direction = number(5) == 0 ? Direction::kOutbound : Direction::kInbound;
        mail.envelope.tlsVersion = "TLSv1.3";
        mail.envelope.tlsCipher = "TLS_AES_256_GCM_SHA384";
        mail.size = 2000 + number(100'000);
        mail.outcomes.front().verdict.rule =
            mail.outcomes.front().verdict.rule.empty() ? "" : "rule-" + std::to_string(skewed(30));
        mail.outcomes.front().changes = {"add X-Weir-Verdict", "tag subject [EXTERNAL]"};
        mail.stageMillis = {{"parse", 0.12}, {"rules", 0.31}, {"virus", 4.2},
                            {"store", 0.8},  {"report", 0.6}, {"total", 6.1}};
        return mail;
    }

    std::mt19937 random_;
    TimePoint time_ = now();
};

// Processor time of this thread.
double threadMicros() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

// Wall time and rows by statement, of all its runs.
struct StatementCost {
    double millis = 0;
    std::size_t rows = 0;
};
using StatementTimes = std::map<std::string, StatementCost>;

class TimedConnection : public db::Connection {
  public:
    TimedConnection(db::Connection& connection, StatementTimes& times)
        : connection_(connection), times_(times) {}
    db::Dialect dialect() const override { return connection_.dialect(); }
    std::uint64_t execute(std::string_view sql, const db::Values& values) override {
        return timed(sql, 1, [&] { return connection_.execute(sql, values); });
    }
    void query(std::string_view sql, const db::Values& values,
               const std::function<void(const db::Row&)>& each) override {
        timed(sql, 1, [&] {
            connection_.query(sql, values, each);
            return std::uint64_t{0};
        });
    }
    std::uint64_t insertRows(std::string_view head, const db::Rows& rows, std::string_view tail) override {
        return timed(head, rows.starts.size(), [&] { return connection_.insertRows(head, rows, tail); });
    }
    std::uint64_t insertNewRows(std::string_view head, const db::Rows& rows) override {
        return timed(head, rows.starts.size(), [&] { return connection_.insertNewRows(head, rows); });
    }
    std::uint64_t upsertRows(std::string_view table, const std::vector<std::string>& columns,
                             const std::vector<std::string>& keys, const std::vector<std::string>& adds,
                             const std::vector<std::string>& sets, const db::Rows& rows) override {
        return timed(table, rows.starts.size(),
                     [&] { return connection_.upsertRows(table, columns, keys, adds, sets, rows); });
    }

  private:
    std::uint64_t timed(std::string_view sql, std::size_t rows, const std::function<std::uint64_t()>& work) {
        const Stopwatch watch;
        const auto result = work();
        auto& cost = times_[std::string(sql.substr(0, 60))];
        cost.millis += watch.millis();
        cost.rows += rows;
        return result;
    }
    db::Connection& connection_;
    StatementTimes& times_;
};

// Counts the commits and their processor time, passes everything on.
class CountingDatabase : public db::Database {
  public:
    explicit CountingDatabase(db::Database& database) : database_(database) {}
    void transaction(const std::function<void(db::Connection&)>& work) override {
        const auto before = threadMicros();
        const Stopwatch whole;
        double inside = 0;
        StatementTimes times;
        database_.transaction([&](db::Connection& connection) {
            const Stopwatch watch;
            TimedConnection timed(connection, times);
            work(timed);
            inside = watch.millis();
        });
        times["(begin and commit)"].millis += whole.millis() - inside;
        times["(inside)"].millis += inside;
        std::lock_guard lock(mutex_);
        for (const auto& [sql, cost] : times) {
            statements[sql].millis += cost.millis;
            statements[sql].rows += cost.rows;
            // Folding the names has commits of its own, which plain inserts have not.
            if (sql.starts_with("INSERT INTO mails ")) ++commits;
        }
        micros += threadMicros() - before;
    }
    void read(const std::function<void(db::Connection&)>& work) override { database_.read(work); }
    db::Dialect dialect() const override { return database_.dialect(); }
    bool available() const override { return database_.available(); }
    std::string describe() const override { return database_.describe(); }
    void reset() {
        std::lock_guard lock(mutex_);
        commits = 0;
        micros = 0;
        statements.clear();
    }
    std::size_t commits = 0;  // with mails; read when nobody writes any more
    double micros = 0;
    StatementTimes statements;

  private:
    db::Database& database_;
    std::mutex mutex_;
};

struct TableCopy {
    std::string head;
    int columns = 0;
    std::size_t rows = 0;
    db::Values flat;
};

struct Column {
    const char* name;
    char kind;  // i, t, b
};

TableCopy copyOf(db::Database& database, const std::string& table, const std::vector<Column>& columns,
                 const std::string& order) {
    TableCopy copy;
    copy.columns = static_cast<int>(columns.size());
    std::string names;
    for (const auto& column : columns) names += (names.empty() ? "" : ", ") + std::string(column.name);
    copy.head = "INSERT INTO " + table + " (" + names + ")";
    database.read([&](db::Connection& c) {
        c.query("SELECT " + names + " FROM " + table + " ORDER BY " + order, {}, [&](const db::Row& row) {
            ++copy.rows;
            for (int i = 0; i < copy.columns; ++i) {
                switch (columns[static_cast<std::size_t>(i)].kind) {
                    case 'i':
                        copy.flat.emplace_back(row.integer(i));
                        break;
                    case 'b':
                        copy.flat.emplace_back(db::Blob{row.text(i)});
                        break;
                    default:
                        copy.flat.emplace_back(row.text(i));
                }
            }
        });
    });
    return copy;
}

void shuffleRows(TableCopy& table) {
    const auto columns = static_cast<std::size_t>(table.columns);
    std::vector<std::size_t> order(table.rows);
    std::iota(order.begin(), order.end(), 0u);
    std::shuffle(order.begin(), order.end(), std::mt19937(1));
    db::Values flat;
    flat.reserve(table.flat.size());
    for (const auto row : order) {
        const auto first = table.flat.begin() + static_cast<std::ptrdiff_t>(row * columns);
        flat.insert(flat.end(), first, first + table.columns);
    }
    table.flat = std::move(flat);
}

std::vector<TableCopy> copyTables(db::Database& database, std::size_t batch) {
    const std::vector<Column> mails = {
        {"id", 'b'},         {"time", 'i'},           {"node", 't'},        {"place", 'i'},
        {"sequence", 'i'},   {"state", 'i'},          {"direction", 't'},   {"verdict", 't'},
        {"rule", 't'},       {"queue", 't'},          {"revision", 'i'},    {"size", 'i'},
        {"queue_id", 't'},   {"client_address", 't'}, {"client_name", 't'}, {"sender", 't'},
        {"recipients", 't'}, {"subject", 't'},        {"message_id", 't'},  {"fingerprint", 't'},
        {"items", 't'},      {"details", 't'}};
    const std::vector<Column> counters = {
        {"kind", 'i'}, {"start", 'i'}, {"node", 't'},  {"direction", 't'},  {"verdict", 't'},
        {"rule", 't'}, {"queue", 't'}, {"mails", 'i'}, {"recipients", 'i'}, {"bytes", 'i'}};
    const std::vector<Column> items = {
        {"id", 't'},      {"held", 'i'},           {"version", 'i'},   {"state", 't'},    {"detail", 't'},
        {"changed", 'i'}, {"node", 't'},           {"mail", 't'},      {"received", 'i'}, {"queue_id", 't'},
        {"sender", 't'},  {"recipients", 't'},     {"subject", 't'},   {"rule", 't'},     {"reason", 't'},
        {"queue", 't'},   {"client_address", 't'}, {"direction", 't'}, {"size", 'i'},     {"sha256", 't'},
        {"is_copy", 'i'}};
    std::vector<TableCopy> copies;
    // As they come: a batch of one node after a batch of another.
    const auto order = "sequence - sequence % " + std::to_string(batch) + ", place, sequence";
    copies.push_back(copyOf(database, "mails", mails, order));
    copies.push_back(copyOf(database, "mail_terms JOIN mails ON mails.id = mail_terms.mail",
                            {{"term", 'i'}, {"mail", 'b'}}, order + ", term"));
    copies.back().head = "INSERT INTO mail_terms (term, mail)";
    copies.push_back(copyOf(database, "quarantine_items", items, "id"));
    copies.push_back(copyOf(
        database, "item_history",
        {{"item", 't'}, {"changed", 'i'}, {"version", 'i'}, {"state", 't'}, {"detail", 't'}, {"actor", 't'}},
        "item, changed"));
    copies.push_back(
        copyOf(database, "mail_counters", counters, "kind, start, node, direction, verdict, rule, queue"));
    copies.push_back(copyOf(database, "mail_tops",
                            {{"day", 'i'}, {"kind", 'i'}, {"name", 't'}, {"mails", 'i'}, {"bytes", 'i'}},
                            "day, kind, name"));
    // The names of a day come in no order.
    shuffleRows(copies.back());
    return copies;
}

// The rows of one commit, a share of each table, ready to be handed over.
std::vector<TableCopy> share(const std::vector<TableCopy>& tables, std::size_t part, std::size_t parts) {
    std::vector<TableCopy> rows;
    for (const auto& table : tables) {
        const auto columns = static_cast<std::size_t>(table.columns);
        const auto first = table.rows * part / parts * columns,
                   last = table.rows * (part + 1) / parts * columns;
        rows.push_back({table.head,
                        table.columns,
                        (last - first) / columns,
                        {table.flat.begin() + static_cast<std::ptrdiff_t>(first),
                         table.flat.begin() + static_cast<std::ptrdiff_t>(last)}});
    }
    return rows;
}

// Processor time of this process, all threads.
double processorMicros() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto micros = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
    };
    return micros(usage.ru_utime) + micros(usage.ru_stime);
}

// What one run took, of the clock and of this process's processor time.
class Meter {
  public:
    double seconds() const { return watch_.millis() / 1000; }
    double micros() const { return processorMicros() - before_; }

  private:
    Stopwatch watch_;
    double before_ = processorMicros();
};

struct Cost {
    double seconds = 0, micros = 0;
};

Cost plainCost(db::Database& database, const std::vector<TableCopy>& tables, std::size_t commits) {
    std::vector<std::vector<TableCopy>> parts;
    for (std::size_t i = 0; i < commits; ++i) parts.push_back(share(tables, i, commits));
    const Meter meter;
    for (const auto& part : parts) {
        database.transaction([&](db::Connection& connection) {
            for (const auto& table : part) connection.insertRows(table.head, table.columns, table.flat);
        });
    }
    return {meter.seconds(), meter.micros()};
}

// Until all of it is in its last table.
Cost intakeCost(IntakeHouse& house, const Batches& nodes) {
    auto& ingest = house.ingest;
    std::vector<std::thread> threads;
    const Meter meter;
    for (const auto& batches : nodes) {
        threads.emplace_back([&ingest, &batches] {
            for (const auto& batch : batches) {
                if (ingest.take(batch) != batch.events.back().sequence) std::abort();
            }
        });
    }
    for (auto& thread : threads) thread.join();
    house.foldTops();
    return {meter.seconds(), meter.micros()};
}

struct Result {
    double intake = 0, plain = 0;  // events a second
    double intakeMicros = 0, commitMicros = 0,
           plainMicros = 0;  // processor time of this process for one event
    std::size_t events = 0, eventsACommit = 0, rows = 0;
    StatementTimes intakeStatements, plainStatements;
};

void printStatements(const char* title, const StatementTimes& times, std::size_t events) {
    const auto each = static_cast<double>(events);
    for (const auto& [sql, cost] : times) {
        std::printf("    %-7s %6.1f us %6.2f rows an event  %s\n", title, cost.millis * 1000 / each,
                    static_cast<double>(cost.rows) / each, sql.c_str());
    }
}

Result round(const Settings& settings, const std::function<std::unique_ptr<db::Database>()>& fresh,
             unsigned seed) {
    const auto nodes = Traffic(seed).nodes(settings.nodes, settings.events, settings.batch);
    std::size_t events = 0;
    for (const auto& batches : nodes) {
        for (const auto& batch : batches) events += batch.events.size();
    }
    Result result;
    std::vector<TableCopy> tables;
    std::size_t commits = 0;
    {
        const auto real = fresh();
        CountingDatabase database(*real);
        IntakeHouse house(database);
        database.reset();
        const auto cost = intakeCost(house, nodes);
        result.intake = static_cast<double>(events) / cost.seconds;
        result.intakeMicros = cost.micros / static_cast<double>(events);
        commits = database.commits;
        result.intakeStatements = database.statements;
        result.commitMicros = database.micros / static_cast<double>(events);
        std::int64_t taken = 0;
        for (const auto& node : house.ingest.completeness()) taken += static_cast<std::int64_t>(node.events);
        if (taken != static_cast<std::int64_t>(events)) std::abort();
        tables = copyTables(database, settings.batch);
    }
    for (const auto& table : tables) result.rows += table.rows;
    result.eventsACommit = events / std::max<std::size_t>(commits, 1);
    const auto real = fresh();
    CountingDatabase database(*real);
    const auto cost = plainCost(database, tables, commits);
    result.plainStatements = database.statements;
    result.events = events;
    result.plain = static_cast<double>(events) / cost.seconds;
    result.plainMicros = cost.micros / static_cast<double>(events);
    return result;
}

void measure(const Settings& settings, const char* name,
             const std::function<std::unique_ptr<db::Database>()>& fresh) {
    double intake = 0, plain = 0;  // seconds for one event, of all rounds
    for (int i = 0; i < settings.rounds; ++i) {
        const auto r = round(settings, fresh, static_cast<unsigned>(i) + 1);
        intake += 1 / r.intake;
        plain += 1 / r.plain;
        std::printf(
            "%-8s intake %8.0f events/s %5.1f us (%.1f in commits)   plain inserts %8.0f events/s %5.1f us   "
            "ratio %.2f   (%zu "
            "rows, %zu "
            "events a commit)\n",
            name, r.intake, r.intakeMicros, r.commitMicros, r.plain, r.plainMicros, r.intake / r.plain,
            r.rows, r.eventsACommit);
        if (settings.statements) {
            printStatements("intake", r.intakeStatements, r.events);
            printStatements("plain", r.plainStatements, r.events);
        }
        std::fflush(stdout);
    }
    std::printf("%-8s all rounds: ratio %.2f\n", name, plain / intake);
}

Settings settingsOf(int argc, char** argv) {
    Settings settings;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i], value = argv[i + 1];
        if (name == "--events")
            settings.events = std::stoul(value);
        else if (name == "--batch")
            settings.batch = std::stoul(value);
        else if (name == "--nodes")
            settings.nodes = std::stoul(value);
        else if (name == "--rounds")
            settings.rounds = std::stoi(value);
        else if (name == "--only")
            settings.only = value;
        else if (name == "--statements")
            settings.statements = value == "yes";
        else
            throw Error(ErrorCode::kInvalid, "unknown option " + name);
    }
    return settings;
}

}  // namespace

int main(int argc, char** argv) {
    setLogLevel(LogLevel::kWarning);
    const auto settings = settingsOf(argc, argv);
    if (settings.only != "mysql") {
        const TempFolder folder;
        int files = 0;
        measure(settings, "SQLite",
                [&] { return db::openSqlite({(folder / std::to_string(files++)).string()}); });
    }
    if (settings.only != "sqlite") {
        if (!PrivateMariadb::installed()) {
            std::printf("MariaDB left out: mariadbd is not installed\n");
            return 0;
        }
        PrivateMariadb server(PrivateMariadb::Survives::kPower);
        measure(settings, "MariaDB", [&] { return db::openMysql(server.newSchema()); });
    }
    return 0;
}

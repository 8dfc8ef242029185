#include "common/policy/scan_database.h"

#include <hs/hs.h>

#include <mutex>

namespace weir {
namespace {

int onExpression(unsigned id, unsigned long long, unsigned long long, unsigned, void* sink) {
    static_cast<HitSink*>(sink)->hit(id);
    return 0;
}

int onLiteral(unsigned id, unsigned long long, unsigned long long end, unsigned, void* sink) {
    static_cast<LiteralSink*>(sink)->hit(id, static_cast<std::size_t>(end));
    return 0;
}

Problem compileProblem(hs_compile_error_t* error) {
    Problem found{error->expression < 0 ? "" : std::to_string(error->expression), error->message};
    hs_free_compile_error(error);
    return found;
}

}  // namespace

struct ScanDatabase::State {
    explicit State(hs_database_t* taken) : database(taken) {
        if (hs_alloc_scratch(database, &prototype) != HS_SUCCESS) {
            hs_free_database(database);
            throw Error(ErrorCode::kNoSpace, "pattern scan: no memory for scratch");
        }
    }
    ~State() {
        for (hs_scratch_t* one : idle) hs_free_scratch(one);
        hs_free_scratch(prototype);
        hs_free_database(database);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    hs_scratch_t* borrow() {
        {
            std::lock_guard lock(mutex);
            if (!idle.empty()) {
                hs_scratch_t* one = idle.back();
                idle.pop_back();
                return one;
            }
        }
        hs_scratch_t* one = nullptr;
        if (hs_clone_scratch(prototype, &one) != HS_SUCCESS)
            throw Error(ErrorCode::kNoSpace, "pattern scan: no memory for scratch");
        return one;
    }
    void giveBack(hs_scratch_t* one) {
        std::lock_guard lock(mutex);
        idle.push_back(one);
    }

    hs_database_t* database;
    hs_scratch_t* prototype = nullptr;  // only cloned, never scanned with
    std::mutex mutex;
    std::vector<hs_scratch_t*> idle;
};

ScanDatabase::ScanDatabase(std::unique_ptr<State> state) : state_(std::move(state)) {}
ScanDatabase::~ScanDatabase() = default;

bool ScanDatabase::available() {
    static const bool valid = hs_valid_platform() == HS_SUCCESS;
    return valid;
}

std::unique_ptr<ScanDatabase> ScanDatabase::ofLiterals(std::span<const Literal> literals) {
    std::vector<const char*> texts;
    std::vector<unsigned> flags, ids;
    std::vector<std::size_t> lengths;
    for (const Literal& one : literals) {
        texts.push_back(one.bytes.data());
        flags.push_back(one.once ? HS_FLAG_SINGLEMATCH : 0);
        lengths.push_back(one.bytes.size());
        ids.push_back(static_cast<unsigned>(ids.size()));
    }
    hs_database_t* database = nullptr;
    hs_compile_error_t* error = nullptr;
    if (hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(),
                             static_cast<unsigned>(literals.size()), HS_MODE_BLOCK, nullptr, &database,
                             &error) != HS_SUCCESS)
        throw Error(ErrorCode::kInternal, "pattern scan: phrases refused: " + compileProblem(error).what);
    return std::unique_ptr<ScanDatabase>(new ScanDatabase(std::make_unique<State>(database)));
}

Expected<std::unique_ptr<ScanDatabase>> ScanDatabase::ofExpressions(std::span<const Expression> expressions) {
    std::vector<const char*> texts;
    std::vector<unsigned> flags;
    std::vector<unsigned> ids;
    for (const Expression& one : expressions) {
        texts.push_back(one.text.c_str());
        flags.push_back(one.flags);
        ids.push_back(one.id);
    }
    hs_database_t* database = nullptr;
    hs_compile_error_t* error = nullptr;
    if (hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(expressions.size()),
                         HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS)
        return tl::unexpected<Problem>(compileProblem(error));
    return std::unique_ptr<ScanDatabase>(new ScanDatabase(std::make_unique<State>(database)));
}

bool ScanDatabase::readable(const Expression& expression) {
    hs_expr_info_t* info = nullptr;
    hs_compile_error_t* error = nullptr;
    if (hs_expression_info(expression.text.c_str(), expression.flags, &info, &error) != HS_SUCCESS) {
        hs_free_compile_error(error);
        return false;
    }
    free(info);  // libhs hands out memory of its misc allocator, malloc unless told otherwise
    return true;
}

void ScanDatabase::scan(std::string_view text, HitSink& sink) const {
    scan(text, onExpression, &sink);
}

void ScanDatabase::scan(std::string_view text, LiteralSink& sink) const {
    scan(text, onLiteral, &sink);
}

void ScanDatabase::scan(std::string_view text, OnMatch onMatch, void* context) const {
    struct Borrowed {
        State& state;
        hs_scratch_t* scratch;
        explicit Borrowed(State& from) : state(from), scratch(from.borrow()) {}
        ~Borrowed() { state.giveBack(scratch); }
    } borrowed(*state_);
    const char* bytes = text.empty() ? "" : text.data();
    if (hs_scan(state_->database, bytes, static_cast<unsigned>(text.size()), 0, borrowed.scratch, onMatch,
                context) != HS_SUCCESS)
        throw Error(ErrorCode::kInternal, "pattern scan: libhs could not scan");
}

}  // namespace weir

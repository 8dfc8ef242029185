// Answers of a server by the question, for a while; the oldest go first. Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

namespace weir {

template <class Answer>
class AnswerMemory {
  public:
    using Clock = std::chrono::steady_clock;

    std::optional<Answer> find(const std::string& question, Clock::time_point now) const {
        const auto found = entries_.find(question);
        if (found == entries_.end() || found->second.until < now) return std::nullopt;
        return found->second.answer;
    }
    // `most`: entries that are kept.
    void put(const std::string& question, const Answer& answer, Clock::time_point until, std::size_t most) {
        const auto [entry, added] = entries_.insert_or_assign(question, Entry{answer, until});
        if (added) order_.push_back(question);
        while (order_.size() > most) {
            entries_.erase(order_.front());
            order_.pop_front();
        }
    }

  private:
    struct Entry {
        Answer answer;
        Clock::time_point until;
    };
    std::unordered_map<std::string, Entry> entries_;
    std::list<std::string> order_;
};

}  // namespace weir

// Answers of a server by the question, for a while; the oldest go first. Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <iterator>
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
        forget(question);
        order_.push_back(question);
        entries_.emplace(question, Entry{answer, until, std::prev(order_.end())});
        while (order_.size() > most) forget(std::string(order_.front()));
    }
    void forget(const std::string& question) {
        const auto found = entries_.find(question);
        if (found == entries_.end()) return;
        order_.erase(found->second.place);
        entries_.erase(found);
    }

  private:
    struct Entry {
        Answer answer;
        Clock::time_point until;
        std::list<std::string>::iterator place;
    };
    std::unordered_map<std::string, Entry> entries_;
    std::list<std::string> order_;  // the oldest answer first
};

}  // namespace weir

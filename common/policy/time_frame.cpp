#include "common/policy/time_frame.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

namespace weir {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr unsigned kDayMinutes = 24 * 60;

// The library reads the zone at its first use and keeps it; it throws where there is none of that name.
const date::time_zone* zoneNamed(const std::string& name) {
    try {
        return date::locate_zone(name);
    } catch (const std::exception&) {
        return nullptr;
    }
}

std::optional<unsigned> minutesFrom(const std::string& text) {
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
        return std::nullopt;
    const auto number = [&](std::size_t i) {
        return static_cast<unsigned>((text[i] - '0') * 10 + text[i + 1] - '0');
    };
    const unsigned minutes = number(0) * 60 + number(3);
    if (number(3) > 59 || minutes > kDayMinutes) return std::nullopt;
    return minutes;
}

std::string clockText(unsigned minutes) {
    const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two(minutes / 60) + ":" + two(minutes % 60);
}

bool parseDays(const Json& value, const std::string& where, ProblemList& problems, TimeFrame& frame) {
    frame.days = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto day = value[i].is_string()
                             ? std::find(kDays.begin(), kDays.end(), value[i].get_ref<const std::string&>())
                             : kDays.end();
        if (day == kDays.end()) {
            problems.add(pointerTo(where, i), "expected a day: mon, tue, wed, thu, fri, sat or sun");
            return false;
        }
        frame.days |= 1u << static_cast<unsigned>(day - kDays.begin());
    }
    if (frame.days == 0) problems.add(where, "expected at least one day; leave it out for every day");
    return frame.days != 0;
}

}  // namespace

bool parseTimeFrame(const Json& value, const std::string& where, ProblemList& problems, TimeFrame& frame) {
    if (!value.is_object()) {
        problems.add(where,
                     std::string("expected an object with days, from, to and zone, found ") + kindOf(value));
        return false;
    }
    MemberReader members(value, where, problems);
    bool good = true;
    if (const Json* days = members.array("days"))
        good = parseDays(*days, members.where("days"), problems, frame);
    const auto clock = [&](const char* name, unsigned& into) {
        const std::string* text = members.text(name);
        if (text == nullptr) return;
        const auto minutes = minutesFrom(*text);
        if (!minutes)
            problems.add(members.where(name), "expected a time of day such as 08:30, at most 24:00");
        good = good && minutes;
        into = minutes.value_or(0);
    };
    clock("from", frame.from);
    clock("to", frame.to);
    if (const std::string* zone = members.text("zone")) {
        frame.zone = *zone;
        if (zoneNamed(*zone) == nullptr) {
            problems.add(members.where("zone"), "expected a time zone such as Europe/Paris or UTC");
            good = false;
        }
    }
    members.done();
    if (good && frame.from == frame.to) {
        problems.add(where, "from and to are the same: no time lies between them");
        good = false;
    }
    return good;
}

bool isWithin(const TimeFrame& frame, TimePoint time) {
    const date::time_zone* zone = zoneNamed(frame.zone);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto local =
        zone != nullptr ? zone->to_local(seconds) : date::local_seconds(seconds.time_since_epoch());
    const auto day = date::floor<date::days>(local);
    const auto minute =
        static_cast<unsigned>(std::chrono::duration_cast<std::chrono::minutes>(local - day).count());
    const unsigned weekday = date::weekday(day).c_encoding();
    const auto has = [&](unsigned one) { return (frame.days & (1u << one)) != 0; };
    if (frame.from < frame.to) return has(weekday) && minute >= frame.from && minute < frame.to;
    return (has(weekday) && minute >= frame.from) || (has((weekday + 6) % 7) && minute < frame.to);
}

std::string toText(const TimeFrame& frame) {
    std::string days;
    for (std::size_t i = 0; i < kDays.size(); ++i)
        if ((frame.days & (1u << i)) != 0) days += (days.empty() ? "" : " ") + std::string(kDays[i]);
    return days + " " + clockText(frame.from) + "-" + clockText(frame.to) + " " + frame.zone;
}

}  // namespace weir

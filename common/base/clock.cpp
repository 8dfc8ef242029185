#include "common/base/clock.h"

#include <cstdio>
#include <ctime>

namespace weir {

TimePoint now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::int64_t toMillis(TimePoint time) {
    return time.time_since_epoch().count();
}

TimePoint fromMillis(std::int64_t millis) {
    return TimePoint(std::chrono::milliseconds(millis));
}

std::string toText(TimePoint time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const auto inDay = (time - day).count();
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(inDay / 3'600'000), static_cast<int>(inDay / 60'000 % 60),
                  static_cast<int>(inDay / 1000 % 60), static_cast<int>(inDay % 1000));
    return text;
}

std::optional<TimePoint> timeFromText(std::string_view text) {
    using namespace std::chrono;
    if (text.size() < 20 || text.size() > 40) return std::nullopt;
    const std::string copy(text);
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
    if (std::sscanf(copy.c_str(), "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute,
                    &second, &used) != 6)
        return std::nullopt;
    const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (month < 1 || day < 1 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60)
        return std::nullopt;
    auto at = static_cast<std::size_t>(used);
    int fraction = 0;
    if (at < copy.size() && copy[at] == '.') {
        int scale = 100;
        for (++at; at < copy.size() && copy[at] >= '0' && copy[at] <= '9'; ++at, scale /= 10)
            fraction += (copy[at] - '0') * scale;
    }
    int offsetMinutes = 0;
    const std::string zone = copy.substr(at);
    if (zone != "Z" && zone != "z") {
        int zoneHour = 0, zoneMinute = 0;
        char sign = 0;
        if (zone.size() != 6 || std::sscanf(zone.c_str(), "%c%2d:%2d", &sign, &zoneHour, &zoneMinute) != 3 ||
            (sign != '+' && sign != '-') || zoneHour > 23 || zoneMinute > 59)
            return std::nullopt;
        offsetMinutes = (zoneHour * 60 + zoneMinute) * (sign == '+' ? 1 : -1);
    }
    return time_point_cast<milliseconds>(sys_days(date) + hours(hour) + minutes(minute) + seconds(second) +
                                         milliseconds(fraction) - minutes(offsetMinutes));
}

}  // namespace weir

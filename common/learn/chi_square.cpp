#include "common/learn/chi_square.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace weir {

double chiSquareAbove(double half, std::size_t pairs) {
    // Terms as logarithms: exp(-half) alone is 0 for the numbers of a long mail.
    if (pairs == 0) return 1;
    if (half <= 0) return 1;
    double term = -half, sum = std::exp(term);
    for (std::size_t i = 1; i < pairs; ++i) {
        term += std::log(half / static_cast<double>(i));
        sum += std::exp(term);
    }
    return std::min(sum, 1.0);
}

double combined(std::span<const double> probabilities) {
    if (probabilities.empty()) return 0.5;
    std::vector<double> sorted(probabilities.begin(), probabilities.end());
    std::sort(sorted.begin(), sorted.end());
    double spam = 0, ham = 0;
    for (const double one : sorted) {
        spam -= std::log(1 - one);
        ham -= std::log(one);
    }
    return (1 + chiSquareAbove(ham, sorted.size()) - chiSquareAbove(spam, sorted.size())) / 2;
}

}  // namespace weir

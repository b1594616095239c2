// SPDX-License-Identifier: Apache-2.0
// Before anything is drawn: the theme that was chosen here before; without one the system's counts.
try {
    const chosen = localStorage.getItem('theme');
    if (chosen === 'light' || chosen === 'dark')
        document.documentElement.dataset.theme = chosen;
} catch {
    // storage is forbidden: the system's theme
}

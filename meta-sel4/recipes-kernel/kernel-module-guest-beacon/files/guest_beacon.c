// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_beacon: /dev/guest-beacon. Each read gives one line, "beacon <n> up <seconds>": n counts the reads since the module
 * was loaded. Who watches a VM from outside reads it over the serial line and sees at once that interrupts, timers and the
 * scheduler are alive. What is written to it (up to 63 bytes) replaces the word "beacon".
 */
#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

static char beacon_name[64] = "beacon";
static DEFINE_MUTEX(beacon_lock);
static atomic_t beacon_count = ATOMIC_INIT(0);

static ssize_t beacon_read(struct file *file, char __user *to, size_t size, loff_t *offset)
{
    char line[128];
    int length;

    if (*offset > 0)
        return 0;
    mutex_lock(&beacon_lock);
    length = scnprintf(line, sizeof(line), "%s %d up %lld\n", beacon_name, atomic_inc_return(&beacon_count),
                       (long long)ktime_get_boottime_seconds());
    mutex_unlock(&beacon_lock);
    return simple_read_from_buffer(to, size, offset, line, length);
}

static ssize_t beacon_write(struct file *file, const char __user *from, size_t size, loff_t *offset)
{
    char name[sizeof(beacon_name)];

    if (size >= sizeof(name))
        return -EINVAL;
    if (copy_from_user(name, from, size))
        return -EFAULT;
    name[size] = '\0';
    strim(name);
    mutex_lock(&beacon_lock);
    strscpy(beacon_name, name, sizeof(beacon_name));
    mutex_unlock(&beacon_lock);
    return size;
}

static const struct file_operations beacon_operations = {
    .owner = THIS_MODULE,
    .read = beacon_read,
    .write = beacon_write,
    .llseek = default_llseek,
};

static struct miscdevice beacon_device = {
    .minor = MISC_DYNAMIC_MINOR,
    .name = "guest-beacon",
    .fops = &beacon_operations,
    .mode = 0644,
};

module_misc_device(beacon_device);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Shows that a guest lives");

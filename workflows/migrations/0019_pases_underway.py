from django.conf import settings
from django.db import migrations, models


def mark_open_files(apps, schema_editor):
    processes = apps.get_model("workflows", "Process").objects.filter(status="NEW")
    movements = apps.get_model("workflows", "Movement").objects
    movements.filter(expediente__in=processes.values("expediente")).update(is_underway=True)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ANALYZE workflows_movement")  # too few rows changed for it to count anew by itself


class Migration(migrations.Migration):

    dependencies = [
        ('docs_store', '0004_two_person_rule'),
        ('organization', '0007_posts_in_time'),
        ('workflows', '0018_find_uncounted_clocks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='movement',
            name='movement_by_from_unit',
        ),
        # Closed files are many: only the pases of the open ones are written.
        migrations.AddField(
            model_name='movement',
            name='is_underway',
            field=models.BooleanField(default=False, verbose_name='de un expediente abierto'),
        ),
        migrations.RunPython(mark_open_files, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='movement',
            name='is_underway',
            field=models.BooleanField(default=True, verbose_name='de un expediente abierto'),
        ),
        migrations.AddIndex(
            model_name='movement',
            index=models.Index(condition=models.Q(('is_underway', True), ('kind', 'original')), fields=['from_unit', 'expediente'], name='movement_underway_from_unit'),
        ),
    ]

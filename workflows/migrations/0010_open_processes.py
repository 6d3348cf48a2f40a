from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0009_notices_and_silences"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="process",
            index=models.Index(
                condition=models.Q(("status", "NEW")), fields=["expediente", "id"], name="process_open_by_expediente"
            ),
        ),
    ]
